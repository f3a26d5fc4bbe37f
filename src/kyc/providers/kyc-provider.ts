import type { Outcome, RejectionReason } from '../domain/outcome.ts';

/**
 * One identity provider behind our own words: the strategy that ProviderService hands out.
 *
 * Every implementation is immutable and stateless, passes the contract suite in test/contracts, and keeps the
 * vendor's words inside its folder. Calls that reach the provider:
 * - end within the time the caller's `signal` grants, and read an answer of bounded size from the configured
 *   base URL only: no redirect is followed;
 * - reject with ProviderUnavailableError where the same call may succeed later (network, timeout, 408, 429,
 *   5xx, an answer that is not the documented shape) and with ProviderRefusedError where it will not (other 4xx).
 */
export interface KycProvider {
  /** Stored in `users.kyc_provider`; lower case, at most 50 characters. */
  readonly name: string;

  /** Opens a verification session for the user and resolves to where he finds it. */
  createSession(request: SessionRequest, signal: AbortSignal): Promise<HostedSession>;

  /**
   * Finds again the session of an attempt whose `createSession` was never answered, because this process died or the
   * answer was lost: by the idempotency key where the provider has one, by a tag where it has tags. Takes the very
   * request of that attempt. `null`: it was not opened, or the provider cannot tell. Where one call under the same
   * key both finds and opens (Persona), it may be opened now. A session that is over by now is found as well, for its
   * verdict belongs to this attempt; `url` and `sdkToken` may then both be null: it is to be read, not shown.
   */
  recoverSession(request: SessionRequest, signal: AbortSignal): Promise<HostedSession | null>;

  /**
   * Leads the user back into a session that is still open at the provider. Rejects with
   * SessionNotResumableError where the provider says that it is not open any more.
   */
  resumeSession(session: OpenSession, signal: AbortSignal): Promise<HostedSession>;

  /**
   * Reads at the provider what has become of a session. `null`, or at most progress, while nothing is decided. The
   * event's key depends on nothing but what was read, so that reading the same state twice makes one ledger entry. A
   * decision without a time is refused as unavailable, for it could not be put in order.
   */
  readDecision(sessionId: string, signal: AbortSignal): Promise<KycEvent | null>;

  /**
   * Reads the verdict that an event announced without naming it (`ReceivedEvent.lookup`). `null`: there is none yet.
   */
  readLookup(lookup: string, signal: AbortSignal): Promise<KycEvent | null>;

  /**
   * Has the provider erase what it holds of a session's user: documents, images, extracted data. Resolves where it is
   * erased already or the provider knows no such session (any more), so that it may be repeated safely. Rejects with
   * ProviderUnavailableError where it may succeed later (also a limit, with the hint where there is one; also a
   * session that the provider is still at work on) and with ProviderRefusedError where an operator must do something
   * first (the feature is not switched on). Other sessions of the same user may be erased along with this one, never
   * those of anybody else.
   */
  eraseSession(sessionId: string, signal: AbortSignal): Promise<Erasure>;

  /**
   * Verifies the signature over the raw bytes, then parses: there is no way to read an unverified body.
   * Synchronous, and pure but for the secrets held.
   *
   * @throws SignatureRefusedError whatever the headers look like, if the signature is not right
   * @throws DeliveryMalformedError if the bytes are signed but not of the documented shape
   */
  receive(delivery: Delivery): ReceivedEvent;
}

export interface SessionRequest {
  /** Our id of this attempt (a UUID): the idempotency key where the provider has one, a tag where it has tags. */
  attemptId: string;
  /** Our user id, given to the provider as its reference id; it comes back in its events. */
  userId: string;
  /** Where the provider sends the user when he is done. It carries no trustworthy status. */
  redirectUrl: string;
  now: Date;
}

export interface OpenSession {
  sessionId: string;
  /** What createSession or resumeSession returned last as `resumeToken`. */
  resumeToken: string | null;
  redirectUrl: string;
  now: Date;
}

export interface HostedSession {
  /** The provider's id of the session, at most 255 characters. */
  sessionId: string;
  /** The hosted page, https. Whoever holds it can act as the user: never logged, never cached. */
  url: string | null;
  /** What the provider's browser SDK takes. As secret as the URL. */
  sdkToken: string | null;
  /** When the session lapses at the provider, where it says so or documents a lifetime. On resume null means unchanged. */
  expiresAt: Date | null;
  /** The adapter's sealed note to itself, where the provider cannot be asked for the link again. Unreadable without its secrets. */
  resumeToken: string | null;
}

export interface Erasure {
  /** When the provider will have destroyed it beyond recovery; null where it is so at once, or where it does not say. */
  finalAt: Date | null;
}

export interface Delivery {
  /** Names in lower case. A header that was sent twice arrives joined by ", ", as Node does. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The bytes as they came in, before any parser. */
  body: Buffer;
  receivedAt: Date;
}

/** What one provider event says, in our words and with nothing personal in it. */
export interface KycEvent {
  provider: string;
  /**
   * Names this event among all of its provider's; at most 255 characters. Made from signed bytes only: a changed
   * header makes no new event.
   */
  eventKey: string;
  /** `null` where the event concerns no session (an account was redacted). */
  sessionId: string | null;
  /** The user id that we gave to the provider, where the event repeats it. */
  reference: string | null;
  outcome: Outcome;
  /** Present for `declined` and `resubmission_requested`, else null. */
  reason: RejectionReason | null;
  /** The provider's own time. `null` where it names none: such an event counts as older than every dated one. */
  occurredAt: Date | null;
}

export interface ReceivedEvent extends KycEvent {
  /** What to ask the provider for, where the event itself names no verdict; goes to readLookup. */
  lookup: string | null;
}
