import { defineEmulator } from '../provider/define-emulator.ts';
import type { EmulatorDefinition } from '../provider/definition.ts';
import type { HostedFlow } from '../provider/emulator.ts';
import type { ProviderFacts } from '../provider/facts.ts';
import { type OnfidoControls, registerControls } from './controls.ts';
import { openOnfido } from './emulator.ts';
import { notFound, problem } from './problem.ts';

const facts: ProviderFacts = {
  title: 'Onfido',
  apiPath: '/onfido/v3.6',
  signatureHeader: 'x-sha2-signature',
  announced: ['review', 'approve', 'decline', 'abandon', 'fail'],
  // The owner of a workflow configures its reasons. These names follow the findings of Onfido's reports.
  declineReasons: [
    'document_expired',
    'blurred_photo',
    'glare_on_photo',
    'missing_back',
    'digital_tampering',
  ].map((value) => ({ value, label: value })),
  resubmissionReasons: [],
  sampleRejection: { reason: 'document_expired', explainedAs: 'document_expired' },
  tagColor: 'light-dark(#8a3a5c, #f0a6c4)',
  accentColor: 'light-dark(#1d4ed8, #9dbcff)',
};

/** Onfido sends no webhook before the end of a run. */
const hosted: HostedFlow = {
  unopened: [],
  open: ['awaiting_input'],
  waiting: ['processing', 'review'],
  choices: [
    { outcome: 'approve', label: 'Approve' },
    { outcome: 'decline', label: 'Decline', reasons: facts.declineReasons },
    { outcome: 'review', label: 'Put in review' },
    { outcome: 'fail', label: 'Fail with a technical error' },
    { outcome: 'expire', label: 'Expire (no webhook)' },
    { outcome: 'abandon', label: 'Abandon' },
  ],
};

export const onfido: EmulatorDefinition<'onfido', OnfidoControls> = defineEmulator({
  name: 'onfido',
  facts,
  hosted,
  problems: {
    unreadable: problem(400, 'bad_request', 'The request cannot be read'),
    notFound: notFound(),
    // Onfido sends no retry header.
    rateLimited: problem(429, 'rate_limit', 'The rate limit has been reached'),
  },
  webhookTimeoutMs: 10_000,
  acceptsStatus: (status) => status >= 200 && status <= 209,
  open: openOnfido,
  controlsHelp: `\
POST   /sandbox/onfido/sessions/{id}/check
       {"result": "clear" | "consider", "move_run"?, and the options of a decision}`,
  registerControls,
});
