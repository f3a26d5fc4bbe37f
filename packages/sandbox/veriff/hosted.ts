import type { HostedFlow } from '../provider/emulator.ts';
import { PROVIDERS } from '../providers.ts';

export const VERIFF_FLOW: HostedFlow = {
  unopened: ['created', 'resubmission_requested'],
  open: ['created', 'started', 'resubmission_requested'],
  waiting: ['submitted', 'review'],
  choices: [
    { outcome: 'approve', label: 'Approve' },
    { outcome: 'decline', label: 'Decline', reasons: PROVIDERS.veriff.declineReasons },
    { outcome: 'resubmit', label: 'Ask for resubmission', reasons: PROVIDERS.veriff.resubmissionReasons },
    { outcome: 'review', label: 'Put in review' },
    { outcome: 'expire', label: 'Expire' },
    { outcome: 'abandon', label: 'Abandon' },
  ],
};
