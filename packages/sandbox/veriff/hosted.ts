import type { HostedFlow } from '../provider/emulator.ts';
import { DECLINE_REASONS, RESUBMISSION_REASONS } from './reasons.ts';

export const VERIFF_FLOW: HostedFlow = {
  unopened: ['created', 'resubmission_requested'],
  open: ['created', 'started', 'resubmission_requested'],
  waiting: ['submitted', 'review'],
  choices: [
    { outcome: 'approve', label: 'Approve' },
    { outcome: 'decline', label: 'Decline', reasons: listed(DECLINE_REASONS) },
    { outcome: 'resubmit', label: 'Ask for resubmission', reasons: listed(RESUBMISSION_REASONS) },
    { outcome: 'review', label: 'Put in review' },
    { outcome: 'expire', label: 'Expire' },
    { outcome: 'abandon', label: 'Abandon' },
  ],
};

function listed(reasons: Readonly<Record<string, string>>): { value: string; label: string }[] {
  return Object.entries(reasons).map(([value, label]) => ({ value, label: `${value} ${label}` }));
}
