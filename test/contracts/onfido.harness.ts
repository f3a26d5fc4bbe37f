import type { RejectionReason } from '../../src/kyc/domain/rejection-reason.ts';
import { type ExpectedDecision, type HarnessOptions, isDelete, ISO_TIME } from './harness-options.ts';

const declined = (reason: string, publicReason: RejectionReason): ExpectedDecision => ({
  decision: { outcome: 'decline', reason },
  outcome: 'declined',
  reason: publicReason,
});

/** Your own workflow chooses the words, so not even `fraud` is a documented fact of fraud. */
const FRAUD_WORDS = [
  'digital_tampering',
  'fake_webcam',
  'photo_of_screen',
  'known_faces',
  'suspected',
  'fraud',
];

export const onfidoHarness: HarnessOptions<'onfido'> = {
  name: 'onfido',
  apiUrlVariable: 'ONFIDO_API_URL',
  secretsVariable: 'ONFIDO_WEBHOOK_TOKENS',
  credentialVariables: ['ONFIDO_API_TOKEN', 'ONFIDO_WEBHOOK_TOKENS'],
  wrongCredentials: { ONFIDO_API_TOKEN: 'api_sandbox.unknown' },
  createPath: '/workflow_runs',
  createCalls: 2,
  idempotency: null,
  recovery: 'tag',
  unknownSessionId: '5b6f1c9e-1111-4222-8333-444455556666',
  decisions: [
    // Onfido sends a webhook only for the end of a run.
    { decision: { outcome: 'submit' }, outcome: 'submitted', isSilent: true },
    { decision: { outcome: 'expire' }, outcome: 'abandoned', isSilent: true },
    { decision: { outcome: 'review' }, outcome: 'in_review' },
    { decision: { outcome: 'approve' }, outcome: 'approved' },
    { decision: { outcome: 'decline' }, outcome: 'declined', reason: 'other' },
    ...FRAUD_WORDS.map((word): ExpectedDecision => ({ ...declined(word, 'other'), isFraud: true })),
    declined('a_word_of_the_workflow', 'other'),
    declined('document_expired', 'document_expired'),
    declined('blurred_photo', 'document_unreadable'),
    declined('missing_back', 'document_unreadable'),
    { decision: { outcome: 'abandon' }, outcome: 'abandoned' },
    { decision: { outcome: 'fail' }, outcome: 'failed' },
  ],
  phases: {
    awaiting_input: 'open',
    // Onfido sends no webhook for this status.
    processing: 'open',
    review: 'in_review',
    approved: 'approved',
    declined: 'declined',
    abandoned: 'abandoned',
    error: 'failed',
  },
  asksAgainSilently: true,
  // The API does not show the user's progress inside a run.
  resumableAfter: [{ outcome: 'start' }],
  overAfter: [
    { outcome: 'submit' },
    { outcome: 'review' },
    { outcome: 'approve' },
    { outcome: 'decline' },
    { outcome: 'abandon' },
    { outcome: 'fail' },
  ],
  hasThinEvents: false,
  approvalWords: ['approved', 'workflow_run.completed'],
  approvalFields: [
    'payload',
    'action',
    'object',
    'resource',
    'id',
    'status',
    'customer_user_id',
    'completed_at_iso8601',
  ],
  approvalIn(at) {
    const status = at('payload', 'object', 'status') ?? at('payload', 'resource', 'status');
    if (at('payload', 'action') !== 'workflow_run.completed' || status !== 'approved') return null;
    return {
      session: at('payload', 'object', 'id'),
      reference: at('payload', 'resource', 'customer_user_id'),
    };
  },
  eventIdIn: () => null,
  withoutVerdict: (_session, _user, personalData) => [
    `{"payload":{"resource_type":"audit_log","action":"audit_log.created","object":{"user":"${personalData}"}}}`,
    '{"payload":{"resource_type":"check","action":"check.completed","object":{"status":"complete"}}}',
  ],
  approvedStatus: 'approved',
  timeInResponses: ISO_TIME,
  signatureLifetimeSeconds: null,
  retryHeaders: [],
  erasure: {
    isErasure: isDelete,
    notYetAfter: [],
    // The delay in the settings of the account.
    finalAfterMs: 20 * 24 * 60 * 60 * 1000,
    hasSharedData: false,
    switchOff: null,
    exhaust: null,
    allow: () => undefined,
  },
  announcements: [
    { webhookFor: ({ onfido }, runId) => onfido.checkWebhookFor(runId, 'clear'), outcome: 'approved' },
    { webhookFor: ({ onfido }, runId) => onfido.checkWebhookFor(runId, 'consider'), outcome: 'in_review' },
    // While the run continues, a clear check approves nothing. A doubtful check is a reason for a review.
    {
      webhookFor: ({ onfido }, runId) => onfido.checkWebhookFor(runId, 'clear', { moveRun: false }),
      outcome: null,
    },
    {
      webhookFor: ({ onfido }, runId) => onfido.checkWebhookFor(runId, 'consider', { moveRun: false }),
      outcome: 'in_review',
    },
  ],
  announceApproval: (sandbox, runId, options) => sandbox.onfido.completeCheck(runId, 'clear', options),
  hasResumeToken: false,
};
