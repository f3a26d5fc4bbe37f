import type { HostedFlow } from '../provider/emulator.ts';
import { PROVIDERS } from '../providers.ts';

/** Onfido sends no webhook before the end of a run. */
export const ONFIDO_FLOW: HostedFlow = {
  unopened: [],
  open: ['awaiting_input'],
  waiting: ['processing', 'review'],
  choices: [
    { outcome: 'approve', label: 'Approve' },
    { outcome: 'decline', label: 'Decline', reasons: PROVIDERS.onfido.declineReasons },
    { outcome: 'review', label: 'Put in review' },
    { outcome: 'fail', label: 'Fail with a technical error' },
    { outcome: 'expire', label: 'Expire (no webhook)' },
    { outcome: 'abandon', label: 'Abandon' },
  ],
};
