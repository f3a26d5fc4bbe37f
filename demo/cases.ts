import { PROVIDERS } from '../packages/sandbox/providers.ts';
import type { Decision, ProviderName } from '../packages/sandbox/sandbox.ts';

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

export function approvalAt(provider: ProviderName, name = 'approved'): Case {
  return {
    provider,
    name,
    decision: { outcome: 'approve' },
    isSubmissionReported: PROVIDERS[provider].announced.includes('submit'),
    status: 'verified',
    reason: null,
    nextAction: 'none',
    subject: 'You are verified',
  };
}

export function rejectionAt(provider: ProviderName): Case {
  const { reason, explainedAs } = PROVIDERS[provider].sampleRejection;
  return {
    provider,
    name: 'rejected',
    decision: { outcome: 'decline', reason },
    reason: explainedAs,
    isSubmissionReported: PROVIDERS[provider].announced.includes('submit'),
    status: 'rejected',
    nextAction: 'retry',
    subject: 'Your verification was not successful',
  };
}
