import type { Decision, ProviderName, Sandbox, SignedWebhook } from '../../packages/sandbox/sandbox.ts';
import type { Outcome, RejectionReason } from '../../src/kyc/domain/outcome.ts';

/** What happens to a session at the provider, and what the adapter has to make of it. */
export interface ExpectedDecision {
  decision: Decision;
  outcome: Outcome;
  reason?: RejectionReason;
  /** A finding that a fraudster must not hear of. */
  isFraud?: true;
  /** The provider sends no webhook of it. */
  isSilent?: true;
  /** A read does not tell it. */
  isUnreadable?: true;
  /** What dates the webhook where the provider names no time in it: its arrival, or nothing. */
  datedBy?: 'arrival' | 'nothing';
}

/** Everything in which the providers really differ. A difference is an option here, never a case left out. */
export interface HarnessOptions {
  name: ProviderName;
  apiUrlVariable: string;
  /** The list of secrets that webhooks are signed with, newest first. */
  secretsVariable: string;
  /** Variables whose values must turn up nowhere. */
  credentialVariables: readonly string[];
  /** The call that opens the session; others may come before it. */
  createPath: string;
  /** The header that makes a repeated create harmless. `null`: there is none, so a create is never repeated. */
  idempotencyHeader: string | null;
  /**
   * How a session is found again whose create was never answered: by repeating the create under its key, which opens
   * it if it never was; by its tag; or not at all.
   */
  recovery: 'key' | 'tag' | 'none';
  /** Well-formed, and nobody's. */
  unknownSessionId: string;
  decisions: readonly ExpectedDecision[];
  /** After these the user may come back into the session, besides a session in which nothing has happened. */
  resumableAfter: readonly Decision[];
  overAfter: readonly Decision[];
  /** Each word of an approval's webhook without which it would be no approval. */
  approvalWords: readonly string[];
  /** How old or how new the time of signing may be. `null`: the signature holds no time, and is good for ever. */
  signatureLifetimeSeconds: number | null;
  /** Headers, besides Retry-After, in which the provider says when to come back. */
  retryHeaders: readonly string[];
  erasure: ErasureOptions;
  /** Events that announce a verdict without naming it, and the outcome that asking for it has to yield. */
  announcements: readonly Announcement[];
}

export interface ErasureOptions {
  /** After these the provider is at work on the session, and erases it only when it is through. */
  notYetAfter: readonly Decision[];
  /** How long after the erasure the data is destroyed beyond recovery, as the provider tells. `null`: it does not. */
  finalAfterMs: number | null;
  /** Until this is undone the provider erases nothing; `null` where there is nothing that could be switched off. */
  switchOff: ((sandbox: Sandbox) => void) | null;
  /** Until this is undone the provider erases no more than it grants; `null` where it knows no limit of its own. */
  exhaust: ((sandbox: Sandbox) => void) | null;
  /** Undoes both; in between the suite erases as much as it likes. */
  allow(sandbox: Sandbox): void;
}

export interface Announcement {
  webhookFor(sandbox: Sandbox, sessionId: string): SignedWebhook;
  /** `null`: there is no verdict yet. */
  outcome: Outcome | null;
}
