import type { Decision, ProviderName } from '../packages/sandbox/contract.ts';

/** A user's way through one provider, and everything that must come of it. */
export interface Case {
  provider: ProviderName;
  name: string;
  decision: Decision;
  /** Whether the provider reports that the user has handed in the documents. */
  isSubmissionReported: boolean;
  status: 'verified' | 'rejected';
  reason: string | null;
  nextAction: 'none' | 'retry';
  subject: string;
}

interface Rejection {
  decision: Decision;
  /** What the user may know of it. */
  reason: string;
}

/** Persona never says why, and its tag is for internal eyes; the others name a reason in words of their own. */
const REJECTIONS: Readonly<Record<ProviderName, Rejection>> = {
  persona: { decision: { outcome: 'decline', reason: 'suspected_fraud' }, reason: 'other' },
  veriff: { decision: { outcome: 'decline', reason: '511' }, reason: 'document_expired' },
  onfido: { decision: { outcome: 'decline', reason: 'document_expired' }, reason: 'document_expired' },
};

export function approvalAt(provider: ProviderName, name = 'approved'): Case {
  return {
    provider,
    name,
    decision: { outcome: 'approve' },
    isSubmissionReported: provider !== 'onfido',
    status: 'verified',
    reason: null,
    nextAction: 'none',
    subject: 'You are verified',
  };
}

export function rejectionAt(provider: ProviderName): Case {
  return {
    provider,
    name: 'rejected',
    ...REJECTIONS[provider],
    isSubmissionReported: provider !== 'onfido',
    status: 'rejected',
    nextAction: 'retry',
    subject: 'Your verification was not successful',
  };
}
