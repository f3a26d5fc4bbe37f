/** The types of the token issuer and the mailbox, as a test or a demo sees them. */

export interface TokenIssuer {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl: string;
  /**
   * Signs an ES256 access token. A negative `expiresInSeconds` gives an expired token. `scope` is a list of words
   * with spaces between them; `kyc:admin` makes the user an operator.
   */
  tokenFor(
    user: { sub: string; email?: string; email_verified?: boolean },
    options?: { expiresInSeconds?: number; audience?: string; issuer?: string; scope?: string },
  ): Promise<string>;
}

export interface Mail {
  messageId: string;
  from: string;
  to: string[];
  subject: string;
  text: string;
  html: string;
  receivedAt: string;
}

export interface Mailbox {
  readonly smtpUrl: string;
  messages(): Mail[];
  /** Resolves with the first earlier or later mail that matches. Rejects after `timeoutMs` (default 15000). */
  waitFor(matches: (mail: Mail) => boolean, timeoutMs?: number): Promise<Mail>;
  clear(): void;
  /** Rejects the next messages with this SMTP code (default 451). */
  refuseNext(times: number, code?: number): void;
  /** Rejects each mail to this address at the RCPT command, with this SMTP code (default 550). */
  refuseRecipient(address: string, code?: number): void;
  acceptRecipient(address: string): void;
  /** Delays the SMTP reply for mails to this address until they are released. */
  hold(mails: { to: string; at: HeldStage }): MailHold;
}

/**
 * `recipient`: the sender has named the recipient and has sent no content. `data`: the whole mail has arrived, but is
 * neither stored nor acknowledged. If the sender disconnects at this point, the mail is dropped.
 */
export type HeldStage = 'recipient' | 'data';

export interface MailHold {
  /** Resolves when the first mail is held. */
  readonly reached: Promise<void>;
  /** Resolves when the sender of a held mail has disconnected. */
  readonly abandoned: Promise<void>;
  /** Releases the held mails and stops holding new ones. */
  release(): void;
}
