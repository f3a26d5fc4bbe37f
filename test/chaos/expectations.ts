import type { ProviderName } from '../../packages/sandbox/sandbox.ts';

/** The expected final rows and mails of a user. */
export interface Expectation {
  phase: string;
  status: 'not_verified' | 'pending' | 'verified' | 'rejected';
  reason: string | null;
  notices: readonly string[];
}

const UNDECIDED = { status: 'pending', reason: null, notices: [] } as const;
const OVER = { status: 'not_verified', reason: null, notices: [] } as const;

const OPEN: Expectation = { phase: 'open', ...UNDECIDED };
const STARTED: Expectation = { phase: 'started', ...UNDECIDED };
const SUBMITTED: Expectation = { phase: 'submitted', ...UNDECIDED };
const IN_REVIEW: Expectation = { phase: 'in_review', ...UNDECIDED };
const EXPIRED: Expectation = { phase: 'expired', ...OVER };
const ABANDONED: Expectation = { phase: 'abandoned', ...OVER };
const FAILED: Expectation = { phase: 'failed', ...OVER };
const APPROVED: Expectation = { phase: 'approved', status: 'verified', reason: null, notices: ['verified'] };
const DECLINED: Expectation = {
  phase: 'declined',
  status: 'rejected',
  reason: 'other',
  notices: ['rejected'],
};

/**
 * Derived from README.md and docs/providers.md without code of the gateway: the expected rows for each final status
 * of a session. It covers sessions whose final status has no specific reason and is the only one that causes a
 * mail.
 */
const BY_STATUS: Readonly<Record<ProviderName, Readonly<Record<string, Expectation>>>> = {
  persona: {
    created: OPEN,
    pending: STARTED,
    completed: SUBMITTED,
    needs_review: IN_REVIEW,
    approved: APPROVED,
    declined: DECLINED,
    failed: { ...DECLINED, reason: 'attempts_exceeded' },
    expired: EXPIRED,
  },
  veriff: {
    created: OPEN,
    started: STARTED,
    submitted: SUBMITTED,
    review: IN_REVIEW,
    approved: APPROVED,
    declined: DECLINED,
    // 204 is the default reason code of the sandbox.
    resubmission_requested: {
      phase: 'resubmission_requested',
      status: 'pending',
      reason: 'document_unreadable',
      notices: ['resubmission_requested'],
    },
    expired: EXPIRED,
    abandoned: ABANDONED,
  },
  onfido: {
    awaiting_input: OPEN,
    // Onfido sends no webhook for this status.
    processing: OPEN,
    review: IN_REVIEW,
    approved: APPROVED,
    declined: DECLINED,
    abandoned: ABANDONED,
    error: FAILED,
  },
};

const ENDED: readonly string[] = ['approved', 'declined', 'expired', 'abandoned', 'failed'];

export function expectationOf(provider: ProviderName, word: string): Expectation {
  const expectation = BY_STATUS[provider][word];
  if (expectation === undefined) throw new Error(`nothing is written down for ${provider}'s "${word}"`);
  return expectation;
}

export function isEnded(phase: string): boolean {
  return ENDED.includes(phase);
}
