import { createTransport, type Transporter } from 'nodemailer';
import SMTPConnection from 'nodemailer/lib/smtp-connection';

const TIMEOUT_MS = 10_000;

export interface SmtpServer {
  /** With smtps, or after STARTTLS. */
  isEncrypted: boolean;
  /** The certificate must be valid, and for the host. */
  isVerified: boolean;
  /** Without it, an attacker on the way can hide STARTTLS, and the mails are sent in the clear. */
  isEncryptionRequired: boolean;
  /** Whether the server accepts mailboxes whose local part is not ASCII (RFC 6531). */
  offersSmtpUtf8: boolean;
}

export function smtpTransport(url: string, { pool }: { pool: boolean }): Transporter {
  const options = {
    url,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
  return pool ? createTransport({ ...options, pool }) : createTransport(options);
}

/**
 * Connects with the options of the transport and reads what the server offers, without a login. nodemailer itself sends
 * a mail to a server whatever the server offers, and has no public list of the extensions.
 */
export function describeSmtpServer(transport: Transporter): Promise<SmtpServer> {
  const { options } = transport.transporter as unknown as { options: SMTPConnection.Options };
  const connection = new SMTPConnection(options);
  return new Promise<SmtpServer>((resolve, reject) => {
    connection.once('error', reject);
    connection.once('end', () => reject(new Error('the mail server closed the connection')));
    connection.connect((error) => {
      if (error) return reject(error);
      const greeting = connection.lastServerResponse || '';
      const isVerified = connection.secure && options.tls?.rejectUnauthorized !== false;
      resolve({
        isEncrypted: connection.secure,
        isVerified,
        isEncryptionRequired: options.secure === true || options.requireTLS === true,
        offersSmtpUtf8: /^250[ -]SMTPUTF8\b/im.test(greeting),
      });
    });
  }).finally(() => {
    // Errors that follow do not matter, but an error without a listener would end the process.
    connection.on('error', () => undefined);
    connection.quit();
  });
}
