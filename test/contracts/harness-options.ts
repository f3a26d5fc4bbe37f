import type {
  Decision,
  DeliveryOptions,
  DeliveryRecord,
  Sandbox,
  SignedWebhook,
} from '../../packages/sandbox/sandbox.ts';
import type { Outcome } from '../../src/kyc/domain/outcome.ts';
import type { RejectionReason } from '../../src/kyc/domain/rejection-reason.ts';
import type { RelayedRequest } from './relay.ts';

/** A decision at the provider and the event that the adapter must return for it. */
export interface ExpectedDecision {
  decision: Decision;
  outcome: Outcome;
  reason?: RejectionReason;
  /** The reason must stay hidden from the user. */
  isFraud?: true;
  /** The provider sends no webhook for the decision. */
  isSilent?: true;
  /** A read does not return the decision. */
  isUnreadable?: true;
  /** A read returns the decision without a time, but the webhook has one. */
  isUndatedRead?: true;
  /** The source of the time if the webhook contains none: its arrival, or no source. */
  datedBy?: 'arrival' | 'nothing';
}

/** All real differences between the providers. A difference is an option here, and never a case that is skipped. */
export interface HarnessOptions<Name extends string = string> {
  name: Name;
  apiUrlVariable: string;
  /** The variable with the webhook secrets, newest first. */
  secretsVariable: string;
  /** Variables whose values must not appear in any result or error. */
  credentialVariables: readonly string[];
  /** Well-formed credentials that the provider does not know. */
  wrongCredentials: Readonly<Record<string, string>>;
  /** The path of the call that creates the session. Other calls can come before it. */
  createPath: string;
  /** The number of calls that create a session, including the call to `createPath`, which is the last one. */
  createCalls: number;
  /** Null if the provider has no idempotency keys, so a create is never repeated. */
  idempotency: IdempotencyOptions | null;
  /**
   * How the session of a create without a response is recovered: by repeating the create under its key, which creates the
   * session if it does not exist, by its tag, or not at all.
   */
  recovery: 'key' | 'tag' | 'none';
  /** A well-formed id of no session. */
  unknownSessionId: string;
  decisions: readonly ExpectedDecision[];
  /** Each final status of a session at the provider, and the attempt's phase after all of its webhooks. */
  phases: Readonly<Record<string, FinalPhase>>;
  /** After a submission the provider can ask the user again, without a webhook. Its session is then started again. */
  asksAgainSilently: boolean;
  /** The user can resume the session after these decisions. They can always resume a session before any decision. */
  resumableAfter: readonly Decision[];
  overAfter: readonly Decision[];
  /** The webhook of a decision does not contain the decision. The adapter returns it with a lookup. */
  hasThinEvents: boolean;
  /** Texts of an approval's webhook. If one of them is changed, the webhook is not an approval. */
  approvalWords: readonly string[];
  /** The fields of a webhook from which the adapter reads an approval. */
  approvalFields: readonly string[];
  /** The session and the user that a webhook approves according to the provider's documentation, or null. */
  approvalIn(at: (...path: string[]) => unknown): { session: unknown; reference: unknown } | null;
  /** The event id in a webhook's body. Null if the provider has none, so that the signed bytes identify the event. */
  eventIdIn(body: string): string | null;
  /** Documented webhooks without a verdict that can arrive at the same address. */
  withoutVerdict(session: string, user: string, personalData: string): readonly string[];
  /** The status of an approved session in the provider's API. */
  approvedStatus: string;
  /** Matches every time in a response of the API. */
  timeInResponses: RegExp;
  /** The accepted age of a signature, also into the future. Null if the signature contains no time and never expires. */
  signatureLifetimeSeconds: number | null;
  /** Headers with the time to wait, besides Retry-After. */
  retryHeaders: readonly string[];
  erasure: ErasureOptions;
  /** Events that announce a verdict without containing it, with the expected outcome of the lookup. */
  announcements: readonly Announcement[];
  /** Approves a session with an event of `announcements`. Null if the provider has none. */
  announceApproval:
    ((sandbox: Sandbox, sessionId: string, options: DeliveryOptions) => Promise<DeliveryRecord[]>) | null;
  /** The link is returned only once, so that the gateway keeps it in encrypted form. */
  hasResumeToken: boolean;
}

/** The name of the phase, or with the reason that the user sees, if it is not the usual one of the phase. */
export type FinalPhase = string | { readonly phase: string; readonly reason: string };

export interface IdempotencyOptions {
  /** The header with the key, in lower case. */
  header: string;
  /** Under a key whose first response was a server error, the provider repeats the error. */
  storesServerErrors: boolean;
}

export interface ErasureOptions {
  /** Recognizes the call that erases. Reads can come before it. */
  isErasure(request: RelayedRequest): boolean;
  /** After these decisions the provider still works on the session and does not erase it yet. */
  notYetAfter: readonly Decision[];
  /** The time from the erasure to the destruction of the data, if the provider returns it. Else null. */
  finalAfterMs: number | null;
  /** Sessions of a user share data, such as an account, that is erased with the last of them. */
  hasSharedData: boolean;
  /** Disables erasures at the provider. Null if they cannot be disabled. */
  switchOff: ((sandbox: Sandbox) => void) | null;
  /** Uses up the provider's limit of erasures. Null if it has no such limit. */
  exhaust: ((sandbox: Sandbox) => void) | null;
  /** Enables erasures without a limit. */
  allow(sandbox: Sandbox): void;
}

export interface Announcement {
  webhookFor(sandbox: Sandbox, sessionId: string): SignedWebhook;
  /** Null if there is no verdict yet. */
  outcome: Outcome | null;
}

/** A time as ISO 8601 in JSON, which most providers use. */
export const ISO_TIME = /"\d{4}-\d\d-\d\dT[^"]*"/g;

/** The erasure of most providers is the only DELETE. */
export const isDelete = ({ method }: RelayedRequest): boolean => method === 'DELETE';
