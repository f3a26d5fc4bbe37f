import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { WrongEnvironment, Surroundings, Variables } from './wrong-environment.ts';

const read = (name: string) => readFileSync(new URL(`../self-signed/${name}`, import.meta.url));
const SELF_SIGNED = { cert: read('cert.pem'), key: read('key.pem') };
/** Makes the certificate of the mail server a trusted one. */
const TRUSTED = String(
  new URLSearchParams({ 'tls.ca': String(SELF_SIGNED.cert), 'tls.servername': 'localhost' }),
);

/** A remote mail server with an encryption that cannot be removed. */
export async function requiredEncryption(around: Surroundings): Promise<Variables> {
  const port = await openMailServer(around, { authOptional: true });
  return { SMTP_URL: `smtp://0.0.0.0:${port}?requireTLS=true&${TRUSTED}` };
}

export const WRONG_MAIL: WrongEnvironment[] = [
  {
    title: 'a mail server that cannot be reached',
    build: () => ({ SMTP_URL: 'smtp://kyc:s3cret@127.0.0.1:1' }),
    check: 'mail server',
    remedy: /ECONNREFUSED 127\.0\.0\.1:1\. Check that the mail server is running, .* in SMTP_URL/,
  },
  {
    title: 'a wrong password of the mail server',
    async build(around) {
      const port = await openMailServer(around, {
        disabledCommands: ['STARTTLS'],
        allowInsecureAuth: true,
        onAuth: (_auth, _session, done) => done(new Error('no')),
      });
      return { SMTP_URL: `smtp://kyc:s3cret@127.0.0.1:${port}` };
    },
    check: 'mail server',
    remedy: /rejects the login \(535\)\. Check the user and the password in SMTP_URL/,
  },
  {
    title: 'a mail server whose certificate is not trusted',
    async build(around) {
      const port = await openMailServer(around, { authOptional: true });
      return { SMTP_URL: `smtp://127.0.0.1:${port}` };
    },
    check: 'mail server',
    remedy: /certificate.*in SMTP_URL/,
  },
  {
    title: 'a remote mail server without encryption',
    build: ({ sandbox }) => ({
      SMTP_URL: String(sandbox.environment['SMTP_URL']).replace('127.0.0.1', '0.0.0.0'),
    }),
    check: 'mail encryption',
    result: 'warning',
    remedy: /0\.0\.0\.0 offers no encryption.*Use smtps:\/\/, or a port with STARTTLS/,
  },
  {
    title: 'a remote mail server whose certificate is not verified',
    async build(around) {
      const port = await openMailServer(around, { authOptional: true });
      return { SMTP_URL: `smtp://0.0.0.0:${port}?tls.rejectUnauthorized=false` };
    },
    check: 'mail encryption',
    result: 'warning',
    remedy: /not verified\. Remove tls\.rejectUnauthorized from SMTP_URL/,
  },
  {
    title: 'a remote mail server whose offer of STARTTLS an attacker can remove',
    async build(around) {
      const port = await openMailServer(around, { authOptional: true });
      return { SMTP_URL: `smtp://0.0.0.0:${port}?${TRUSTED}` };
    },
    check: 'mail encryption',
    result: 'warning',
    remedy: /only because the server offers STARTTLS\. .*Add \?requireTLS=true to SMTP_URL/,
  },
  {
    title: 'a mail server without the STARTTLS that SMTP_URL requires',
    async build(around) {
      const port = await openMailServer(around, { authOptional: true, disabledCommands: ['STARTTLS'] });
      return { SMTP_URL: `smtp://0.0.0.0:${port}?requireTLS=true` };
    },
    check: 'mail server',
    remedy: /STARTTLS/,
  },
];

async function openMailServer({ cleanUp }: Surroundings, options: SMTPServerOptions): Promise<number> {
  const server = new SMTPServer({ disableReverseLookup: true, closeTimeout: 50, ...SELF_SIGNED, ...options });
  // A client that does not trust the certificate breaks the connection.
  server.on('error', () => undefined);
  const { port } = await new Promise<AddressInfo>((resolve) => {
    const socket = server.listen(0, '127.0.0.1', () => resolve(socket.address() as AddressInfo));
  });
  cleanUp(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return port;
}
