import { defineEmulator } from '../provider/define-emulator.ts';
import type { EmulatorDefinition } from '../provider/definition.ts';
import type { HostedFlow } from '../provider/emulator.ts';
import type { ProviderFacts, Reason } from '../provider/facts.ts';
import { registerControls, type VeriffControls } from './controls.ts';
import { openVeriff } from './emulator.ts';
import { problem } from './problem.ts';
import { DECLINE_REASONS, RESUBMISSION_REASONS } from './reasons.ts';

const facts: ProviderFacts = {
  title: 'Veriff',
  apiPath: '/veriff/v1',
  signatureHeader: 'x-hmac-signature',
  announced: ['start', 'submit', 'review', 'resubmit', 'approve', 'decline', 'expire', 'abandon'],
  declineReasons: withCode(DECLINE_REASONS),
  resubmissionReasons: withCode(RESUBMISSION_REASONS),
  sampleRejection: { reason: '511', explainedAs: 'document_expired' },
  tagColor: 'light-dark(#0a665f, #6fd0c5)',
  accentColor: 'light-dark(#0f6b62, #5fd4c4)',
};

const hosted: HostedFlow = {
  unopened: ['created', 'resubmission_requested'],
  open: ['created', 'started', 'resubmission_requested'],
  waiting: ['submitted', 'review'],
  choices: [
    { outcome: 'approve', label: 'Approve' },
    { outcome: 'decline', label: 'Decline', reasons: facts.declineReasons },
    { outcome: 'resubmit', label: 'Ask for resubmission', reasons: facts.resubmissionReasons },
    { outcome: 'review', label: 'Put in review' },
    { outcome: 'expire', label: 'Expire' },
    { outcome: 'abandon', label: 'Abandon' },
  ],
};

export const veriff: EmulatorDefinition<'veriff', VeriffControls> = defineEmulator({
  name: 'veriff',
  facts,
  hosted,
  problems: {
    unreadable: problem(400, '1104', 'The request cannot be read'),
    notFound: problem(404, '1104', 'No such endpoint'),
    // The limit is documented, but neither its error code nor a retry header is.
    rateLimited: problem(429, null, 'Too many requests'),
  },
  webhookTimeoutMs: 5000,
  // Veriff repeats a webhook after any status except 200.
  acceptsStatus: (status) => status === 200,
  open: openVeriff,
  controlsHelp: `\
PUT    /sandbox/veriff/deletion       {"on"?, "limited"?}: whether deletions are allowed and limited`,
  registerControls,
});

function withCode(reasons: Readonly<Record<string, string>>): Reason[] {
  return Object.entries(reasons).map(([value, label]) => ({ value, label: `${value} ${label}` }));
}
