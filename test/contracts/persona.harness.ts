import type { Decision, Sandbox, SignedWebhook } from '../../packages/sandbox/sandbox.ts';
import { type HarnessOptions, isDelete, ISO_TIME } from './harness-options.ts';

export const personaHarness: HarnessOptions<'persona'> = {
  name: 'persona',
  apiUrlVariable: 'PERSONA_API_URL',
  secretsVariable: 'PERSONA_WEBHOOK_SECRETS',
  credentialVariables: ['PERSONA_API_KEY', 'PERSONA_WEBHOOK_SECRETS'],
  wrongCredentials: { PERSONA_API_KEY: 'persona_sandbox_unknown' },
  createPath: '/inquiries',
  createCalls: 1,
  idempotency: { header: 'idempotency-key', storesServerErrors: true },
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
  phases: {
    created: 'open',
    pending: 'started',
    completed: 'submitted',
    needs_review: 'in_review',
    approved: 'approved',
    declined: 'declined',
    failed: { phase: 'declined', reason: 'attempts_exceeded' },
    expired: 'expired',
  },
  asksAgainSilently: false,
  resumableAfter: [{ outcome: 'start' }],
  overAfter: [
    { outcome: 'submit' },
    { outcome: 'review' },
    { outcome: 'approve' },
    { outcome: 'decline' },
    { outcome: 'fail' },
    { outcome: 'expire' },
  ],
  hasThinEvents: false,
  approvalWords: ['inquiry.approved'],
  approvalFields: ['name', 'id', 'reference-id', 'created-at', 'payload', 'data', 'attributes', 'type'],
  approvalIn(at) {
    if (at('data', 'attributes', 'name') !== 'inquiry.approved') return null;
    const inquiry = ['data', 'attributes', 'payload', 'data'];
    return { session: at(...inquiry, 'id'), reference: at(...inquiry, 'attributes', 'reference-id') };
  },
  eventIdIn: (body) => (JSON.parse(body) as { data: { id: string } }).data.id,
  withoutVerdict: () => [],
  approvedStatus: 'approved',
  timeInResponses: ISO_TIME,
  signatureLifetimeSeconds: 300,
  retryHeaders: ['ratelimit-reset'],
  erasure: {
    isErasure: isDelete,
    notYetAfter: [],
    // Persona redacts the account at once, and related data after "some time".
    finalAfterMs: null,
    hasSharedData: true,
    switchOff: null,
    exhaust: null,
    allow: () => undefined,
  },
  announcements: [
    { webhookFor: (sandbox, id) => reused(sandbox, id, { outcome: 'approve' }), outcome: 'approved' },
    { webhookFor: (sandbox, id) => reused(sandbox, id, { outcome: 'review' }), outcome: 'in_review' },
    { webhookFor: (sandbox, id) => reused(sandbox, id, { outcome: 'start' }), outcome: 'started' },
  ],
  announceApproval: null,
  hasResumeToken: false,
};

/** Announces that the user reused an earlier verification. The event does not contain what was decided. */
function reused({ persona }: Sandbox, sessionId: string, decision: Decision): SignedWebhook {
  const { body } = persona.webhookFor(sessionId, decision);
  const announced = body
    .toString()
    .replace(/"name":\s*"inquiry\.[^"]+"/, '"name":"inquiry.reusable-persona-used"');
  return { headers: persona.sign(announced), body: Buffer.from(announced) };
}
