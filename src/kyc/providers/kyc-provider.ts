import type { Outcome } from '../domain/outcome.ts';
import type { RejectionReason } from '../domain/rejection-reason.ts';

/**
 * One identity provider, in the words of the gateway. The comments in this file are the specification of the contract,
 * and the suite in test/contracts checks them for every implementation.
 *
 * An implementation is immutable and stateless. The provider's own words stay in its folder.
 *
 * Every method that calls the provider:
 * - ends within the time that the caller's `signal` allows,
 * - reads at most 1 MiB of a response, calls only the configured base URL, and follows no redirect,
 * - rejects with ProviderUnavailableError if the same call can succeed later: network error, timeout, 408, 429, 5xx, or
 *   a response without the documented shape,
 * - rejects with ProviderRefusedError if a retry cannot succeed: any other 4xx,
 * - reveals no credential, link or personal data in an error.
 */
export interface KycProvider {
  /** Stored in `users.kyc_provider`. The same value as `name` of the definition: lower case, at most 50 characters. */
  readonly name: string;
  /**
   * Whether the credentials are those of the provider's test environment, if they or the provider's events say so. An
   * event of the other environment changes nothing.
   */
  readonly isTest?: boolean | undefined;

  /** Creates a verification session for the user. */
  createSession(request: SessionRequest, signal: AbortSignal): Promise<HostedSession>;

  /**
   * Finds the session of an attempt whose `createSession` got no response, because the process died or the response was
   * lost. The adapter searches by the idempotency key or by a tag, depending on the provider. The caller passes the
   * same request as to `createSession`. Resolves to null if the session was not created, or if the provider has no way
   * to find it. At a provider that finds and creates with the same call (Persona), this call can create the session.
   * Also returns a session that is over, because its verdict belongs to the attempt. Then `url` and `sdkToken` can both
   * be null, and the caller reads the session instead of showing it.
   */
  recoverSession(request: SessionRequest, signal: AbortSignal): Promise<HostedSession | null>;

  /**
   * Returns a new link to a session that is still open at the provider. Rejects with SessionNotResumableError if the
   * session is over, and with its subclass SessionNotFoundError if the provider does not know it.
   */
  resumeSession(session: OpenSession, signal: AbortSignal): Promise<HostedSession>;

  /**
   * Reads the state of a session. Resolves to null, or to an event about progress, while nothing is decided.
   *
   * The key of the event depends only on the state that was read, so reading the same state twice makes one ledger entry.
   * `occurredAt` is the time of the decision if the provider tells it, else the time of the last change. For a
   * resubmission request it must be the time of the request, because each later one is a new request.
   *
   * Rejects with ProviderUnavailableError if a decision has no time, because the ledger cannot order it.
   */
  readDecision(sessionId: string, signal: AbortSignal): Promise<KycEvent | null>;

  /** Reads the verdict of an event that does not contain it (`ReceivedEvent.lookup`). Null means no verdict yet. */
  readLookup(lookup: string, signal: AbortSignal): Promise<KycEvent | null>;

  /**
   * Makes the provider erase all data of the session's user: documents, images, extracted data. Other sessions of the
   * same user can be erased too, but never a session of another user. With `keepsSharedData`, only the data of this
   * session is erased.
   *
   * Resolves if the data is erased already or if the provider does not know the session, so a retry is safe. Rejects with
   * - ProviderUnavailableError if a retry can succeed: a limit is reached (with the time to wait, if the provider returns
   *   one), or the provider still works on the session,
   * - ProviderRefusedError if an operator must act first, for example enable the feature at the provider.
   */
  eraseSession(session: ErasableSession, signal: AbortSignal): Promise<Erasure>;

  /**
   * Checks the credentials with one GET that needs them. The call changes nothing at the provider, and reads no data of a
   * user. Rejects with ProviderRefusedError if the provider does not accept the credentials.
   */
  checkAccess(signal: AbortSignal): Promise<Access>;

  /**
   * Verifies the signature over the raw bytes, then parses them. No other method reads the body of a delivery.
   *
   * Resolves within 3 s. Most adapters depend only on the delivery and the secrets, and return the event at once. An
   * adapter that must fetch a public key first returns a promise.
   *
   * Signed JSON of an unknown type or shape is an event with the outcome `unknown`, because providers repeat a rejected
   * delivery for days. The adapter must not guess a verdict from it.
   *
   * @throws SignatureRefusedError if the signature is not valid, whatever the headers contain
   * @throws DeliveryMalformedError if the signature is valid but the body is not JSON
   * @throws DeliveryNotVerifiableError if the adapter cannot verify any signature at the moment, so that the provider
   *   repeats the delivery
   */
  receive(delivery: Delivery): ReceivedEvent | Promise<ReceivedEvent>;
}

export interface SessionRequest {
  /**
   * The id of the attempt, a UUID. The adapter sends it as idempotency key or as tag, if the provider supports either.
   */
  attemptId: string;
  /** The user id. The provider stores it as its reference id and repeats it in its events. */
  userId: string;
  /**
   * The page to which the provider sends the user at the end. The provider adds parameters, which are not a trustworthy
   * status.
   */
  redirectUrl: string;
  now: Date;
}

export interface OpenSession {
  sessionId: string;
  /** The latest `resumeToken` that createSession or resumeSession returned. */
  resumeToken: string | null;
  redirectUrl: string;
  now: Date;
}

export interface HostedSession {
  /** The provider's id of the session, at most 255 characters. */
  sessionId: string;
  /** The hosted page, an https URL. The URL lets its holder act as the user, so it must not be logged or cached. */
  url: string | null;
  /** The token for the provider's browser SDK. As secret as the URL. */
  sdkToken: string | null;
  /**
   * The time at which the session expires at the provider, if the provider returns or documents the time. After a
   * resume, null means that the time is unchanged.
   */
  expiresAt: Date | null;
  /**
   * Encrypted data that the adapter needs to resume the session, if the provider returns the link only once. It cannot be
   * decrypted without the provider's secrets.
   */
  resumeToken: string | null;
}

export interface ErasableSession {
  sessionId: string;
  /** The user has a newer session at the provider, which must keep its data. */
  keepsSharedData: boolean;
  now: Date;
}

export interface Erasure {
  /**
   * The time at which the provider has destroyed the data beyond recovery. Null if the data is destroyed already, or if
   * the provider does not say when.
   */
  finalAt: Date | null;
  /** Because of `keepsSharedData`, the provider still holds data that the session shares with other sessions. */
  hasKeptSharedData: boolean;
}

export interface Access {
  /** The clock of the provider, from the `date` header of its response. Null if the response has none. */
  at: Date | null;
}

export interface Delivery {
  /** Names in lower case. Node joins the values of a repeated header with ", ". */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The bytes as they arrived, before any parser. */
  body: Buffer;
  receivedAt: Date;
}

/** One event of a provider, in the words of the gateway and without personal data. */
export interface KycEvent {
  provider: string;
  /**
   * Unique among the events of the provider, at most 255 characters. Derived from signed bytes only, so a changed
   * header does not create a new event.
   */
  eventKey: string;
  /** Null if the event is not about a session, for example if the provider redacted an account. */
  sessionId: string | null;
  /** The user id that the provider received with the session, if the event repeats it. */
  reference: string | null;
  outcome: Outcome;
  /** Set for `declined` and `resubmission_requested`, else null. */
  reason: RejectionReason | null;
  /**
   * The time of the event at the provider. Null if the event has no time. An undated event counts as older than all
   * dated events.
   */
  occurredAt: Date | null;
}

export interface ReceivedEvent extends KycEvent {
  /** The argument for readLookup, if the event announces a verdict without containing it. Else null. */
  lookup: string | null;
  /**
   * A report besides a verdict, for operators, such as a hit on a watchlist. Fixed words of the adapter, never text of the
   * provider.
   */
  note?: string;
  /** Whether the event is about a session of the provider's test environment, if the event says so. */
  isTest?: boolean;
  /** Why the adapter does not know the shape of the body, for the log. Names fields, but repeats no value. */
  problem?: string;
}
