import type { Decision, ProviderName } from '../packages/sandbox/contract.ts';

/** One scenario at one provider, with the results that the headless demo expects. */
export interface Case {
  provider: ProviderName;
  name: string;
  decision: Decision;
  /** True if the provider sends a webhook when the user submits the documents. Otherwise the gateway reads the session. */
  isSubmissionReported: boolean;
  status: 'verified' | 'rejected';
  reason: string | null;
  nextAction: 'none' | 'retry';
  subject: string;
}

interface Rejection {
  decision: Decision;
  /** The public reason that the user sees. */
  reason: string;
}

/** Persona names no reason, only an internal tag. Veriff and Onfido name a reason in their own vocabulary. */
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
