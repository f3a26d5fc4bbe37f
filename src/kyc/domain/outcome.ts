/** The last word of a provider on a session that counts as a judgement. A newer one replaces an older one. */
export const VERDICTS = ['in_review', 'resubmission_requested', 'approved', 'declined'] as const;

/** The user's way through the provider's pages. */
export const PROGRESS = ['started', 'submitted'] as const;

/** Ways for a session to end without a decision. */
export const ENDINGS = ['expired', 'abandoned', 'failed'] as const;

/**
 * What one event says about its session.
 *
 * `noted`: a word we know that moves nothing (a tag was changed). `unknown`: a word we do not know; it is
 * recorded and counted, and never approves anybody.
 */
export const OUTCOMES = [...PROGRESS, ...VERDICTS, ...ENDINGS, 'noted', 'unknown'] as const;

export type Verdict = (typeof VERDICTS)[number];
export type Progress = (typeof PROGRESS)[number];
export type Ending = (typeof ENDINGS)[number];
export type Outcome = (typeof OUTCOMES)[number];

/**
 * The reasons for a rejection or a resubmission that are fit to be shown to the user. Fraud, watch-list and
 * biometric findings are always `other`: telling a fraudster what gave him away helps the next one.
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
