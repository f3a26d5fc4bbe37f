import type { HarnessOptions } from './harness-options.ts';

export const personaHarness: HarnessOptions = {
  name: 'persona',
  apiUrlVariable: 'PERSONA_API_URL',
  secretsVariable: 'PERSONA_WEBHOOK_SECRETS',
  credentialVariables: ['PERSONA_API_KEY', 'PERSONA_WEBHOOK_SECRETS'],
  createPath: '/inquiries',
  idempotencyHeader: 'idempotency-key',
  recovery: 'key',
  unknownSessionId: 'inq_nobodys',
  decisions: [
    { decision: { outcome: 'start' }, outcome: 'started' },
    { decision: { outcome: 'submit' }, outcome: 'submitted' },
    { decision: { outcome: 'review' }, outcome: 'in_review' },
    { decision: { outcome: 'approve' }, outcome: 'approved' },
    // Only the dashboard shows the reason. Its tags are internal, so the gateway gets no reason,
    // not even confirmed fraud.
    { decision: { outcome: 'decline' }, outcome: 'declined', reason: 'other' },
    { decision: { outcome: 'decline', reason: 'poor-image' }, outcome: 'declined', reason: 'other' },
    {
      decision: { outcome: 'decline', reason: 'fraud-ring' },
      outcome: 'declined',
      reason: 'other',
      isFraud: true,
    },
    { decision: { outcome: 'fail' }, outcome: 'declined', reason: 'attempts_exceeded' },
    { decision: { outcome: 'expire' }, outcome: 'expired' },
  ],
  resumableAfter: [{ outcome: 'start' }],
  overAfter: [
    { outcome: 'submit' },
    { outcome: 'review' },
    { outcome: 'approve' },
    { outcome: 'decline' },
    { outcome: 'fail' },
    { outcome: 'expire' },
  ],
  approvalWords: ['inquiry.approved'],
  signatureLifetimeSeconds: 300,
  retryHeaders: ['ratelimit-reset'],
  erasure: {
    notYetAfter: [],
    // Persona redacts the account at once, and related data after "some time".
    finalAfterMs: null,
    switchOff: null,
    exhaust: null,
    allow: () => undefined,
  },
  announcements: [],
};
