import type { ProviderName } from '../../packages/sandbox/sandbox.ts';
import { harnessOf } from '../contracts/harnesses.ts';

/** The expected final rows and mails of a user. */
export interface Expectation {
  phase: string;
  status: 'not_verified' | 'pending' | 'verified' | 'rejected';
  reason: string | null;
  notices: readonly string[];
}

const UNDECIDED = { status: 'pending', reason: null, notices: [] } as const;
const OVER = { status: 'not_verified', reason: null, notices: [] } as const;

/** Derived from README.md without code of the gateway: status and mail of a user in each final phase. */
const BY_PHASE: Readonly<Record<string, Omit<Expectation, 'phase'>>> = {
  open: UNDECIDED,
  started: UNDECIDED,
  submitted: UNDECIDED,
  in_review: UNDECIDED,
  resubmission_requested: { ...UNDECIDED, notices: ['resubmission_requested'] },
  approved: { status: 'verified', reason: null, notices: ['verified'] },
  declined: { status: 'rejected', reason: 'other', notices: ['rejected'] },
  expired: OVER,
  abandoned: OVER,
  failed: OVER,
};

const ENDED: readonly string[] = ['approved', 'declined', 'expired', 'abandoned', 'failed'];

/** The expected rows of a session whose final status causes the only mail about it. */
export function expectationOf(provider: ProviderName, word: string): Expectation {
  const found = harnessOf(provider).phases[word] ?? '';
  const { phase, ...reason } = typeof found === 'string' ? { phase: found } : found;
  const expectation = BY_PHASE[phase];
  if (expectation === undefined) throw new Error(`nothing is written down for ${provider}'s "${word}"`);
  return { phase, ...expectation, ...reason };
}

export function isEnded(phase: string): boolean {
  return ENDED.includes(phase);
}
