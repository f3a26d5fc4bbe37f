import { FinalJobError } from '../jobs/final-job-error.ts';

/** What nodemailer says of a mail that it could not hand over; every field may be missing. */
export interface SmtpFailure {
  /** Whose fault it is in nodemailer's eyes: `EENVELOPE` for sender and recipient, `EAUTH`, `ESOCKET` and so on. */
  code?: string;
  /** The SMTP command that was refused; `API` where nodemailer did not even ask the server. */
  command?: string;
  responseCode?: number;
  /** The server's whole answer. It may quote the address. */
  response?: string;
}

/** RFC 5321: an argument that is no address, a mailbox that is not there, not local, or has a name that cannot be. */
const NO_SUCH_MAILBOX = [501, 550, 551, 553];
/** RFC 3463, where the answer has such a code: a bad destination (not 5.1.7 and 5.1.8, the sender's), a closed mailbox. */
const BAD_RECIPIENT = /^5\.(1\.([0-6]|9|10)|2\.1)$/;

/**
 * The error that a notification job fails with. It is final where the recipient is refused for good. A server that
 * refuses us (our login, our sender, relaying) while the recipient is named refuses every mail, until somebody has
 * mended that. The error names codes alone, since the words of server and library may hold the address.
 */
export function mailFailure(cause: unknown): Error {
  const failure = (cause instanceof Error ? cause : {}) as SmtpFailure;
  const codes = [failure.code, failure.responseCode].filter((code) => code !== undefined).join(' ');
  if (isRecipientRefused(failure)) return new FinalJobError(`the recipient is refused for good (${codes})`);
  return new Error(`the mail was not taken (${codes || 'no code'})`);
}

function isRecipientRefused({ code, command, responseCode = 0, response = '' }: SmtpFailure): boolean {
  if (code !== 'EENVELOPE') return false;
  // The library's own checks. The sender has passed those of the configuration.
  if (command === 'API') return true;
  if (command !== 'RCPT TO' || responseCode < 500) return false;
  const [, detail] = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response) ?? [];
  return detail === undefined ? NO_SUCH_MAILBOX.includes(responseCode) : BAD_RECIPIENT.test(detail);
}
