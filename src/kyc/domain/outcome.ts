/** A provider's decisions about a session. A newer verdict replaces an older one. */
export const VERDICTS = ['in_review', 'resubmission_requested', 'approved', 'declined'] as const;

/** The user's progress through the provider's pages. */
export const PROGRESS = ['started', 'submitted'] as const;

/** Ways for a session to end without a decision. */
export const ENDINGS = ['expired', 'abandoned', 'failed'] as const;

/**
 * The meaning of one event for its session.
 *
 * `noted`: the event is recorded and changes nothing, for example when a tag was changed. `unknown`: the gateway does not
 * know this type of event. It is recorded and counted, and never approves a user.
 */
export const OUTCOMES = [...PROGRESS, ...VERDICTS, ...ENDINGS, 'noted', 'unknown'] as const;

export type Verdict = (typeof VERDICTS)[number];
export type Progress = (typeof PROGRESS)[number];
export type Ending = (typeof ENDINGS)[number];
export type Outcome = (typeof OUTCOMES)[number];

/**
 * The reasons for a rejection or a resubmission that the user may see. Fraud, watch-list and biometric results are
 * always `other`, so that fraudsters do not learn how they were detected.
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
