/** The types of an emulated provider, as a test or a demo sees it. The emulators and the pages share them. */

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
  provider: string;
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
  provider: string;
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
  readonly name: string;
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
