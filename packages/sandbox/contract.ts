/** The types of the object that `startSandbox` returns to a test or a demo. */

export interface Sandbox {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** The environment variables that point a gateway at this sandbox. Lists of secrets start with the newest. */
  readonly environment: Record<string, string>;
  readonly persona: EmulatedProvider;
  readonly veriff: EmulatedVeriff;
  readonly onfido: EmulatedOnfido;
  readonly issuer: TokenIssuer;
  readonly mailbox: Mailbox;
  deliverTo(webhookUrl: string): void;
  /** Cancels pending retries and closes both servers, so that the process can exit. */
  close(): Promise<void>;
}

export type ProviderName = 'persona' | 'veriff' | 'onfido';

/**
 * A step of a session, in words that are the same for all providers. `reason` comes from the provider's own list:
 * for Veriff a reason code ("102", "204"), for Onfido a string of the run's `reasons`. Persona has
 * no reason on an inquiry, so the reason becomes a tag and a reviewer comment.
 */
export type Decision =
  | { outcome: 'start' | 'submit' | 'approve' | 'review' | 'expire' | 'abandon' | 'fail' }
  | { outcome: 'decline' | 'resubmit'; reason?: string };

export type Outcome = Decision['outcome'];

export interface DeliveryOptions {
  /** How many deliveries of the same bytes are sent at the same time; default 1. */
  copies?: number;
  /** The delay before the first attempt. */
  delayMs?: number;
  /** The time of the event on the provider's clock; default now. */
  at?: Date;
  /** Signs with a random secret, so that the signature is well-formed but wrong. */
  badSignature?: boolean;
}

export type RedeliveryOptions = Pick<DeliveryOptions, 'copies' | 'delayMs' | 'badSignature'>;

/** How a provider's API behaves: slow responds after 5 s, down drops connections, rate_limited responds with 429. */
export type ProviderMode = 'normal' | 'slow' | 'down' | 'rate_limited';

/** A signed webhook that was not sent. Header names are lower-case and include content-type. */
export interface SignedWebhook {
  headers: Record<string, string>;
  body: Buffer;
}

export interface DeliveryAttempt {
  at: string;
  /** HTTP status of the response; null if there was no response. */
  status: number | null;
  error?: string;
}

export interface DeliveryRecord {
  id: string;
  provider: ProviderName;
  sessionId: string | null;
  /** The event type in the provider's vocabulary, such as "inquiry.approved". */
  type: string;
  /** The headers of the latest attempt. */
  headers: Record<string, string>;
  body: string;
  attempts: DeliveryAttempt[];
  state: 'pending' | 'accepted' | 'given_up';
}

export interface EmulatedSession {
  id: string;
  /** The user id that the platform gave the provider. */
  reference: string | null;
  /** The status in the provider's vocabulary. */
  status: string;
  /** The page of the sandbox on which the user shows the documents. */
  url: string;
  createdAt: string;
  /** The provider has erased the user's data on request, and its API no longer shows any of it. */
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
 * How the next calls misbehave. With `status` or `body`, the emulator returns that response and does not execute
 * the call. Otherwise it executes the call, and the response comes late (`delayMs`), never (`disconnect`) or with
 * more `headers`. After a late or missing response, a client cannot know
 * whether its session exists.
 */
export interface Misbehavior {
  status?: number;
  delayMs?: number;
  body?: string;
  headers?: Record<string, string>;
  disconnect?: boolean;
  /** The number of calls that misbehave. If absent, all calls until `behave`. */
  times?: number;
}

export interface EmulatedProvider {
  readonly name: ProviderName;
  sessions(): EmulatedSession[];
  calls(): RecordedCall[];
  deliveries(): DeliveryRecord[];
  /**
   * Moves the session and sends the provider's webhook. Resolves when each delivery is accepted or has no
   * attempt left. If the provider sends no webhook for the decision, resolves with an empty list.
   */
  decide(sessionId: string, decision: Decision, options?: DeliveryOptions): Promise<DeliveryRecord[]>;
  /** Sends the event of an earlier delivery again: the same bytes with a new signature. */
  redeliver(deliveryId: string, options?: RedeliveryOptions): Promise<DeliveryRecord[]>;
  /** Decides in this order, one second apart on the provider's clock, and delivers the last event first. */
  decideReordered(sessionId: string, decisions: readonly Decision[]): Promise<DeliveryRecord[]>;
  /** Sends the webhook as another environment of this provider sends it. The session here does not change. */
  sendForeign(sessionId: string, decision: Decision): Promise<DeliveryRecord[]>;
  /** Moves the session and signs the webhook, but does not send it. Throws if the provider sends no webhook. */
  webhookFor(sessionId: string, decision: Decision, options?: { at?: Date }): SignedWebhook;
  /** Signs any body as this provider does, now or at a given time. Returns all of the provider's own headers. */
  sign(body: string | Buffer, options?: { at?: Date; secret?: string }): Record<string, string>;
  /** Makes the next calls to this provider's API misbehave. Replaces an earlier `misbehave`. */
  misbehave(how: Misbehavior): void;
  behave(): void;
  /** The mode that is closest to the current misbehavior. */
  mode(): ProviderMode;
  setMode(mode: ProviderMode): void;
  /**
   * Creates the webhook secret for the next rotation and returns it. It is first in `environment` and does not
   * sign webhooks yet. Veriff uses the same secrets for API calls, and accepts calls signed with it.
   */
  prepareSecret(): string;
  /** Starts to sign with the prepared webhook secret, or a new one, and returns it. Persona signs with both. */
  rotateSecret(): string;
}

export interface EmulatedVeriff extends EmulatedProvider {
  /** Sets how DELETE /sessions/{id} responds. Earlier deletions no longer count towards the limit. */
  setDeletion(settings: DeletionSettings): void;
}

export interface DeletionSettings {
  /** Whether deletion is on. Veriff must switch it on for an integration; here the default is true. */
  isOn?: boolean;
  /** Whether Veriff's limits of five deletions an hour and ten a day apply; default true. */
  isLimited?: boolean;
}

export interface CheckOptions {
  /** If false, the run does not change. Otherwise clear approves it and consider puts it in review. */
  moveRun?: boolean;
}

export interface EmulatedOnfido extends EmulatedProvider {
  /** Completes a check of the run's applicant and sends check.completed, which does not contain the result. */
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
