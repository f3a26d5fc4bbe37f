import type { Transporter } from 'nodemailer';
import { isRemoteHost } from '../database/connection-security.ts';
import { reasonOf } from '../common/reason-of.ts';
import { describeSmtpServer, smtpTransport } from '../notification/smtp.ts';
import { examineAs, failed, type Finding, ok, warning } from './finding.ts';

const LOGIN = 'Check the user and the password in SMTP_URL. Percent-encode reserved characters.';
const REACHABLE =
  'Check that the mail server is running, and the protocol, the host and the port in SMTP_URL.';

export async function examineMail({ smtpUrl }: { smtpUrl: string }): Promise<Finding[]> {
  const transport = smtpTransport(smtpUrl, { pool: false });
  const login = await examineAs('mail server', async () => {
    try {
      await transport.verify();
    } catch (error) {
      const isLogin = (error as { code?: unknown }).code === 'EAUTH';
      return failed(`${isLogin ? refusalOf(error) : reasonOf(error)}. ${isLogin ? LOGIN : REACHABLE}`);
    }
    const { username } = new URL(smtpUrl);
    return ok(
      username === '' ? 'The mail server accepts the connection.' : 'The mail server accepts the login.',
    );
  });
  if (login.result === 'failed') return [login];
  return [login, await examineAs('mail encryption', () => examineEncryption(transport, new URL(smtpUrl)))];
}

async function examineEncryption(transport: Transporter, url: URL): Promise<Omit<Finding, 'check'>> {
  const { isEncrypted, isVerified, isEncryptionRequired } = await describeSmtpServer(transport);
  if (!isRemoteHost(url.hostname)) return ok('The connection stays on this machine.');
  if (!isEncrypted) {
    return warning(
      `The mail server ${url.hostname} offers no encryption. Mails, and the password, are sent in the clear. ` +
        'Use smtps://, or a port with STARTTLS.',
    );
  }
  if (!isVerified) {
    return warning(
      'The connection is encrypted, but the certificate is not verified. Remove tls.rejectUnauthorized from SMTP_URL, ' +
        'and name a private authority in NODE_EXTRA_CA_CERTS.',
    );
  }
  if (isEncryptionRequired) return ok('The connection is encrypted, and the certificate is verified.');
  return warning(
    'The connection is encrypted, but only because the server offers STARTTLS. An attacker between can remove the ' +
      'offer, and mails, and the password, are then sent in the clear. Add ?requireTLS=true to SMTP_URL, or use smtps://.',
  );
}

/** The reply of the server can repeat the user. */
function refusalOf(error: unknown): string {
  const { responseCode } = error as { responseCode?: unknown };
  return `The mail server rejects the login${typeof responseCode === 'number' ? ` (${responseCode})` : ''}`;
}
