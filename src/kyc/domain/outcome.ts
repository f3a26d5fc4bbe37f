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
