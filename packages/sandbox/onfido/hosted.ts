import type { HostedFlow } from '../provider/emulator.ts';

/** Reasons are strings that each workflow's owner configures; these name what Onfido's reports find. */
const REASONS = ['document_expired', 'blurred_photo', 'glare_on_photo', 'missing_back', 'digital_tampering'];

/** Onfido tells of nothing before the end. */
export const ONFIDO_FLOW: HostedFlow = {
  unopened: [],
  open: ['awaiting_input'],
  waiting: ['processing', 'review'],
  choices: [
    { outcome: 'approve', label: 'Approve' },
    { outcome: 'decline', label: 'Decline', reasons: REASONS.map((value) => ({ value, label: value })) },
    { outcome: 'review', label: 'Put in review' },
    { outcome: 'fail', label: 'Fail with a technical error' },
    { outcome: 'expire', label: 'Expire (no webhook)' },
    { outcome: 'abandon', label: 'Abandon' },
  ],
};
