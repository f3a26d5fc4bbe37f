/** What a test or a demo can do with the sandbox: everything `startSandbox` hands out. */

export interface Sandbox {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** The environment variables that point a gateway at this sandbox. Lists of secrets are newest first. */
  readonly environment: Record<string, string>;
  readonly persona: EmulatedProvider;
  readonly veriff: EmulatedVeriff;
  readonly onfido: EmulatedOnfido;
  readonly issuer: TokenIssuer;
  readonly mailbox: Mailbox;
  deliverTo(webhookUrl: string): void;
  /** Ends pending retries and closes both servers; nothing keeps the process alive afterwards. */
  close(): Promise<void>;
}

export type ProviderName = 'persona' | 'veriff' | 'onfido';

/**
 * What happens to a session, in words that all three share. `reason` comes from the provider's own list:
 * Veriff a reason code ("102", "204"), Onfido a string of the run's `reasons`, Persona (which gives
 * no reason on an inquiry) a tag and a reviewer comment.
 */
export type Decision =
  | { outcome: 'start' | 'submit' | 'approve' | 'review' | 'expire' | 'abandon' | 'fail' }
  | { outcome: 'decline' | 'resubmit'; reason?: string };

export type Outcome = Decision['outcome'];

export interface DeliveryOptions {
  /** How many times the same bytes are delivered, at once; default 1. */
  copies?: number;
  /** Wait before the first attempt. */
  delayMs?: number;
  /** The provider's time of the event; default now. */
  at?: Date;
  /** Sign with a secret that nobody knows: well-formed, and wrong. */
  badSignature?: boolean;
}

/** The same event once more. */
export type RedeliveryOptions = Pick<DeliveryOptions, 'copies' | 'delayMs' | 'badSignature'>;

/** How a provider's API behaves just now: slow answers after 5 s, down hangs up, rate_limited answers 429. */
export type ProviderMode = 'normal' | 'slow' | 'down' | 'rate_limited';

/** A webhook that is ready to be posted. Header names are lower-case and include content-type. */
export interface SignedWebhook {
  headers: Record<string, string>;
  body: Buffer;
}

export interface DeliveryAttempt {
  at: string;
  /** HTTP status of the answer, null when there was none. */
  status: number | null;
  error?: string;
}

export interface DeliveryRecord {
  id: string;
  provider: ProviderName;
  sessionId: string | null;
  /** The event in the provider's words, such as "inquiry.approved". */
  type: string;
  /** Headers of the latest attempt. */
  headers: Record<string, string>;
  body: string;
  attempts: DeliveryAttempt[];
  state: 'pending' | 'accepted' | 'given_up';
}

export interface EmulatedSession {
  id: string;
  /** The user id that the platform gave the provider. */
  reference: string | null;
  /** The provider's own word. */
  status: string;
  /** Where the user shows the documents: a page of the sandbox. */
  url: string;
  createdAt: string;
  /** The provider was asked to erase what it held of the user, and its API shows nothing of it any more. */
  isErased: boolean;
}

/** One call to a provider's API, without its body and credentials. Status 0: the connection was dropped. */
export interface RecordedCall {
  provider: ProviderName;
  method: string;
  path: string;
  status: number;
  at: string;
}

/**
 * How the next calls misbehave. `status` or `body`: the call is not carried out and answered so.
 * Otherwise it is carried out, and its answer comes late (`delayMs`), never (`hangUp`) or with
 * more `headers`: the cases in which a client cannot know whether its session exists.
 */
export interface Misbehaviour {
  status?: number;
  delayMs?: number;
  body?: string;
  headers?: Record<string, string>;
  hangUp?: boolean;
  /** How many calls; without it all of them, until `behave`. */
  times?: number;
}

export interface EmulatedProvider {
  readonly name: ProviderName;
  sessions(): EmulatedSession[];
  calls(): RecordedCall[];
  deliveries(): DeliveryRecord[];
  /**
   * Moves the session and sends the webhook that the provider would send; resolves when each delivery
   * was accepted or given up. Where the provider sends none, resolves with an empty list.
   */
  decide(sessionId: string, decision: Decision, options?: DeliveryOptions): Promise<DeliveryRecord[]>;
  /** Delivers the event of an earlier delivery again: the same bytes, signed now. */
  redeliver(deliveryId: string, options?: RedeliveryOptions): Promise<DeliveryRecord[]>;
  /** Decides in this order, a second apart by the provider's clock, and delivers the last event first. */
  decideReordered(sessionId: string, decisions: readonly Decision[]): Promise<DeliveryRecord[]>;
  /** Sends what another environment of this provider would send of such a session; moves nothing here. */
  sendForeign(sessionId: string, decision: Decision): Promise<DeliveryRecord[]>;
  /** Moves the session and signs the webhook, but does not send it. Throws where the provider sends none. */
  webhookFor(sessionId: string, decision: Decision, options?: { at?: Date }): SignedWebhook;
  /** Signs any body as this provider would, now or at a given time; all of the provider's own headers. */
  sign(body: string | Buffer, options?: { at?: Date; secret?: string }): Record<string, string>;
  /** The next calls to this provider's API misbehave; replaces what was said before. */
  misbehave(how: Misbehaviour): void;
  /** Calm again. */
  behave(): void;
  /** The misbehaviour in one word. */
  mode(): ProviderMode;
  setMode(mode: ProviderMode): void;
  /**
   * Makes the webhook secret that the next rotation begins to use, and returns it. It stands first in `environment`
   * and signs nothing yet; Veriff, where it signs calls too, takes calls that are signed with it.
   */
  prepareSecret(): string;
  /** Starts signing with the prepared webhook secret, or a new one (Persona: with both); returns it. */
  rotateSecret(): string;
}

export interface EmulatedVeriff extends EmulatedProvider {
  /** How DELETE /sessions/{id} answers from now on; what was deleted before no longer counts. */
  setDeletion(settings: DeletionSettings): void;
}

export interface DeletionSettings {
  /** Veriff has to switch it on for an integration; here it is on unless this says false. */
  isOn?: boolean;
  /** Whether Veriff's five an hour and ten a day hold; they do unless this says false. */
  isLimited?: boolean;
}

export interface CheckOptions {
  /** False leaves the run as it is; otherwise clear approves it and consider puts it in review. */
  moveRun?: boolean;
}

export interface EmulatedOnfido extends EmulatedProvider {
  /** A check of the run's applicant completes; sends check.completed, which names no result. */
  completeCheck(
    runId: string,
    result: CheckResult,
    options?: DeliveryOptions & CheckOptions,
  ): Promise<DeliveryRecord[]>;
  checkWebhookFor(runId: string, result: CheckResult, options?: CheckOptions & { at?: Date }): SignedWebhook;
}

export type CheckResult = 'clear' | 'consider';

export interface TokenIssuer {
  readonly issuer: string;
  readonly audience: string;
  readonly jwksUrl: string;
  /**
   * An ES256 access token; a negative `expiresInSeconds` makes one that has expired. `scope`: words with spaces between
   * them; `kyc:admin` makes the bearer an operator.
   */
  tokenFor(
    user: { sub: string; email?: string },
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
  /** Resolves with the first mail, past or coming, that matches; rejects after `timeoutMs` (default 5000). */
  waitFor(matches: (mail: Mail) => boolean, timeoutMs?: number): Promise<Mail>;
  clear(): void;
  /** Refuse the next messages with this SMTP code (default 451). */
  refuseNext(times: number, code?: number): void;
  /** Refuses every mail to this address as soon as it is named, with this SMTP code (default 550). */
  refuseRecipient(address: string, code?: number): void;
  acceptRecipient(address: string): void;
  /** Leaves the sender of mails to this address without an answer until they are released. */
  hold(mails: { to: string; at: HeldStage }): MailHold;
}

/**
 * `recipient`: the recipient is named, and of the mail nothing was sent. `data`: the whole mail is here, and neither
 * kept nor confirmed; it never was if the sender hangs up now.
 */
export type HeldStage = 'recipient' | 'data';

export interface MailHold {
  /** Resolves when the first mail is held. */
  readonly reached: Promise<void>;
  /** Resolves when the sender of a held mail has hung up. */
  readonly abandoned: Promise<void>;
  /** Lets go of those that are held, and holds no more. */
  release(): void;
}
