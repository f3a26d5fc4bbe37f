import type { HostedFlow } from '../provider/emulator.ts';

/** The owner of a workflow configures its reasons. These names follow the findings of Onfido's reports. */
const REASONS = ['document_expired', 'blurred_photo', 'glare_on_photo', 'missing_back', 'digital_tampering'];

/** Onfido sends no webhook before the end of a run. */
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
