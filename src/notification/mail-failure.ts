import { FinalJobError } from '../jobs/job-queue.ts';

/** nodemailer throws this error if the server did not accept the mail. Every field may be missing. */
export interface SmtpFailure {
  /** `EENVELOPE` for a rejected sender or recipient, `EAUTH`, `ESOCKET` and so on. */
  code?: string;
  /** The SMTP command that failed, or `API` if nodemailer rejected the mail itself. */
  command?: string;
  responseCode?: number;
  /** The complete reply of the server, which may contain the address. */
  response?: string;
}

/** nodemailer would send the address as UTF-8, although the server did not say that it can read it. */
export class SmtpUtf8Error extends Error {}

/** RFC 5321: the address is malformed, or the mailbox does not exist, is not local or has an invalid name. */
const NO_SUCH_MAILBOX = [501, 550, 551, 553];
/**
 * RFC 3463: codes for a bad recipient or a closed mailbox. 5.1.7 and 5.1.8 are about the sender. RFC 6531: 5.6.7 is about
 * an address that is not ASCII.
 */
const BAD_RECIPIENT = /^5\.(1\.([0-6]|9|10)|2\.1|6\.7)$/;

/**
 * The error with which a notification job fails. It is final if the server permanently rejects the recipient. A server
 * that rejects the gateway itself (login, sender, relaying) rejects every mail. In that case the queue retries the jobs
 * until an operator corrects the settings. The message contains codes only, because texts of the server may contain the
 * address.
 */
export function mailFailure(cause: unknown): Error {
  if (cause instanceof SmtpUtf8Error) {
    return new FinalJobError(
      'the mail server does not offer SMTPUTF8, which the address of the recipient needs',
    );
  }
  const failure = (cause instanceof Error ? cause : {}) as SmtpFailure;
  const codes = [failure.code, failure.responseCode].filter((code) => code !== undefined).join(' ');
  if (isRecipientRejected(failure))
    return new FinalJobError(`the mail server permanently rejected the recipient (${codes})`);
  return new Error(`the mail server did not accept the mail (${codes || 'no code'})`);
}

/**
 * Whether the failure concerns every mail: the server cannot be reached, or rejects the login or the sender. The rejection
 * of a recipient or of a message concerns one mail.
 */
export function isServerDown(cause: unknown): boolean {
  const { code, command, responseCode } = (cause instanceof Error ? cause : {}) as SmtpFailure;
  if (code === undefined || code === 'EMESSAGE') return false;
  return code !== 'EENVELOPE' || command === 'MAIL FROM' || responseCode === 421;
}

function isRecipientRejected({ code, command, responseCode = 0, response = '' }: SmtpFailure): boolean {
  if (code !== 'EENVELOPE') return false;
  // nodemailer rejected an address. It is the recipient's address, because the gateway validated the sender at start.
  if (command === 'API') return true;
  if (command !== 'RCPT TO' || responseCode < 500) return false;
  const [, detail] = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response) ?? [];
  return detail === undefined ? NO_SUCH_MAILBOX.includes(responseCode) : BAD_RECIPIENT.test(detail);
}
