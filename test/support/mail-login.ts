import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { eventually } from './eventually.ts';

/** A mail server that accepts mails only from the user `kyc` with the password. */
export interface MailLogin {
  urlWith(password: string): string;
  /** Accepts only this password from now on. Connections that are logged in stay so. */
  requirePassword(password: string): void;
  /** Resolves when a mail to the address has been accepted, with the password of its connection. */
  mailTo(address: string): Promise<string>;
  close(): Promise<void>;
}

export async function openMailLogin(first: string): Promise<MailLogin> {
  let required = first;
  const passwords = new Map<string, string>();
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    allowInsecureAuth: true,
    closeTimeout: 50,
    onAuth({ password = '' }, _session, callback) {
      if (password === required) callback(null, { user: password });
      else callback(new Error('the login is wrong'));
    },
    onData(stream, session, done) {
      for (const { address } of session.envelope.rcptTo) passwords.set(address, String(session.user));
      stream.on('end', () => done()).resume();
    },
  });
  const listening = await new Promise<{ address(): unknown }>((resolve) => {
    const started = server.listen(0, '127.0.0.1', () => resolve(started));
  });
  const { port } = listening.address() as AddressInfo;
  return {
    urlWith: (password) => `smtp://kyc:${password}@127.0.0.1:${port}`,
    requirePassword: (password) => {
      required = password;
    },
    mailTo: (address) => eventually(async () => passwords.get(address)),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
