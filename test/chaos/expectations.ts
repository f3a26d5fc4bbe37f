import type { ProviderName } from '../../packages/sandbox/sandbox.ts';

/** What a user's rows and mails must be in the end. */
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
 * Worked out anew from README.md and docs/providers.md, without a line of the gateway: from the provider's last word on
 * a session to our rows. For sessions whose last word is given no reason of its own, and is the only one that a mail
 * follows from.
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
    // The sandbox's usual reason code, 204.
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
    // No webhook tells of it.
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
