import { defineEmulator } from '../provider/define-emulator.ts';
import type { EmulatorDefinition } from '../provider/definition.ts';
import type { HostedFlow } from '../provider/emulator.ts';
import type { ProviderFacts } from '../provider/facts.ts';
import { openPersona } from './emulator.ts';
import { badRequest, notFound, problem } from './problem.ts';
import { EXHAUSTED } from './rate-limit.ts';

const facts: ProviderFacts = {
  title: 'Persona',
  apiPath: '/persona/api/v1',
  signatureHeader: 'persona-signature',
  announced: ['start', 'submit', 'review', 'approve', 'decline', 'expire', 'fail'],
  // An inquiry has no reason. Reviewers use tags, which each organization defines itself.
  declineReasons: ['fraud-ring', 'poor-image', 'expired-document'].map((value) => ({
    value,
    label: `tag ${value}`,
  })),
  resubmissionReasons: [],
  sampleRejection: { reason: 'fraud-ring', explainedAs: 'other' },
  tagColor: 'light-dark(#6a3da0, #c7a8f4)',
  accentColor: 'light-dark(#6d28d9, #c4a7fb)',
};

const hosted: HostedFlow = {
  unopened: ['created'],
  open: ['created', 'pending'],
  waiting: ['completed', 'needs_review'],
  choices: [
    { outcome: 'approve', label: 'Approve' },
    { outcome: 'decline', label: 'Decline', reasons: facts.declineReasons },
    { outcome: 'review', label: 'Mark for review' },
    { outcome: 'fail', label: 'Fail' },
    { outcome: 'expire', label: 'Expire' },
    { outcome: 'abandon', label: 'Abandon (Persona lets it expire)' },
  ],
};

export const persona: EmulatorDefinition<'persona'> = defineEmulator({
  name: 'persona',
  facts,
  hosted,
  problems: {
    unreadable: badRequest('The request body is not valid JSON'),
    notFound: notFound(),
    rateLimited: problem(429, 'Too Many Requests'),
  },
  rateLimitHeaders: EXHAUSTED,
  webhookTimeoutMs: 5000,
  acceptsStatus: (status) => [200, 201, 202, 204].includes(status),
  open: openPersona,
});
