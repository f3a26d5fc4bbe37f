import type { Decision } from '../../../packages/sandbox/sandbox.ts';
import type { Outcome } from '../../../src/kyc/domain/outcome.ts';
import type { Announcement, HarnessOptions } from '../harness-options.ts';

const announcement = (decision: Decision, outcome: Outcome): Announcement => ({
  webhookFor: (sandbox, id) => sandbox.provider('acme').webhookFor(id, decision),
  outcome,
});

export const acmeHarness: HarnessOptions = {
  name: 'acme',
  apiUrlVariable: 'ACME_API_URL',
  secretsVariable: 'ACME_WEBHOOK_SECRETS',
  credentialVariables: ['ACME_API_KEY', 'ACME_WEBHOOK_SECRETS'],
  wrongCredentials: { ACME_API_KEY: 'acme_test_unknown-key' },
  createPath: '/checks',
  createCalls: 1,
  idempotency: { header: 'idempotency-key', storesServerErrors: false },
  recovery: 'key',
  unknownSessionId: 'chk_unknown',
  decisions: [
    { decision: { outcome: 'submit' }, outcome: 'submitted' },
    { decision: { outcome: 'approve' }, outcome: 'approved' },
    {
      decision: { outcome: 'resubmit', reason: 'blurred' },
      outcome: 'resubmission_requested',
      reason: 'document_unreadable',
    },
    {
      decision: { outcome: 'resubmit', reason: 'out_of_date' },
      outcome: 'resubmission_requested',
      reason: 'document_expired',
    },
    {
      decision: { outcome: 'resubmit', reason: 'forged' },
      outcome: 'resubmission_requested',
      reason: 'other',
      isFraud: true,
    },
    { decision: { outcome: 'expire' }, outcome: 'expired', isUndatedRead: true },
  ],
  phases: {
    open: 'open',
    processing: 'submitted',
    retry: 'resubmission_requested',
    passed: 'approved',
    lapsed: 'expired',
  },
  asksAgainSilently: false,
  resumableAfter: [{ outcome: 'resubmit' }],
  overAfter: [{ outcome: 'submit' }, { outcome: 'approve' }, { outcome: 'expire' }],
  hasThinEvents: true,
  approvalWords: ['check.changed'],
  approvalFields: ['type', 'object', 'kind', 'id'],
  // A webhook alone approves nothing.
  approvalIn: () => null,
  eventIdIn: (body) => (JSON.parse(body) as { event_id: string }).event_id,
  withoutVerdict: () => [],
  approvedStatus: 'passed',
  timeInResponses: /(?<=:)1\d{9}\b/g,
  signatureLifetimeSeconds: null,
  retryHeaders: [],
  erasure: {
    isErasure: ({ path }) => path.endsWith('/destroy'),
    notYetAfter: [{ outcome: 'submit' }],
    finalAfterMs: 24 * 60 * 60 * 1000,
    hasSharedData: false,
    switchOff: null,
    exhaust: null,
    allow: () => undefined,
  },
  announcements: [
    announcement({ outcome: 'approve' }, 'approved'),
    announcement({ outcome: 'resubmit' }, 'resubmission_requested'),
  ],
  announceApproval: (sandbox, id, options) =>
    sandbox.provider('acme').decide(id, { outcome: 'approve' }, options),
  hasResumeToken: false,
};
