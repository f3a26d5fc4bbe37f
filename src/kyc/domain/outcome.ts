/** A newer verdict replaces an older verdict. */
export const VERDICTS = ['in_review', 'resubmission_requested', 'approved', 'declined'] as const;

export const PROGRESS = ['started', 'submitted'] as const;

/** A session that ends in one of these ways has no decision. */
export const ENDINGS = ['expired', 'abandoned', 'failed'] as const;

/**
 * The meaning of one event for its session. `noted`: the ledger records the event, but it changes nothing, for example
 * a changed tag. `unknown`: the gateway does not know this type of event. The ledger records it, a metric counts it,
 * and it never approves a user.
 */
export const OUTCOMES = [...PROGRESS, ...VERDICTS, ...ENDINGS, 'noted', 'unknown'] as const;

export type Verdict = (typeof VERDICTS)[number];
export type Progress = (typeof PROGRESS)[number];
export type Ending = (typeof ENDINGS)[number];
export type Outcome = (typeof OUTCOMES)[number];

/** `poll` is a read at the provider. With `gateway`, the gateway itself ended the attempt. */
export type EventSource = 'webhook' | 'poll' | 'gateway' | 'operator';

/**
 * The reasons for a rejection or a resubmission that the user may see. Results about fraud, watch lists and biometrics
 * always map to `other`, so that fraudsters do not learn how the provider detected them.
 */
export const REJECTION_REASONS = [
  'document_unreadable',
  'document_expired',
  'document_unsupported',
  'selfie_problem',
  'underage',
  'attempts_exceeded',
  'other',
] as const;

export type RejectionReason = (typeof REJECTION_REASONS)[number];
