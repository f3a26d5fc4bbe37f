import type { RejectionReason } from '../../src/kyc/domain/rejection-reason.ts';
import { type ExpectedDecision, type HarnessOptions, isDelete, ISO_TIME } from './harness-options.ts';

const declined = (reason: string, expected: RejectionReason): ExpectedDecision => ({
  decision: { outcome: 'decline', reason },
  outcome: 'declined',
  reason: expected,
});

const resubmission = (reason: string, expected: RejectionReason): ExpectedDecision => ({
  decision: { outcome: 'resubmit', reason },
  outcome: 'resubmission_requested',
  reason: expected,
});

const CONFIRMED_FRAUD_CODES = ['106', '111'];
/** Suspicions and findings that must stay hidden, but do not prove fraud. */
const HIDDEN_CODES = ['102', '103', '105', '107', '113', '120', '124', '126', '127'];

export const veriffHarness: HarnessOptions<'veriff'> = {
  name: 'veriff',
  apiUrlVariable: 'VERIFF_API_URL',
  secretsVariable: 'VERIFF_SHARED_SECRETS',
  credentialVariables: ['VERIFF_API_KEY', 'VERIFF_SHARED_SECRETS'],
  wrongCredentials: { VERIFF_API_KEY: '00000000-0000-4000-8000-000000000000' },
  createPath: '/sessions',
  createCalls: 1,
  idempotency: null,
  recovery: 'none',
  unknownSessionId: '5b6f1c9e-1111-4222-8333-444455556666',
  decisions: [
    // The event webhook contains no time, and the decision endpoint does not return the user's progress.
    { decision: { outcome: 'start' }, outcome: 'started', isUnreadable: true, datedBy: 'nothing' },
    { decision: { outcome: 'submit' }, outcome: 'submitted', isUnreadable: true, datedBy: 'nothing' },
    { decision: { outcome: 'review' }, outcome: 'in_review' },
    { decision: { outcome: 'approve' }, outcome: 'approved' },
    ...CONFIRMED_FRAUD_CODES.map((code): ExpectedDecision => ({ ...declined(code, 'fraud'), isFraud: true })),
    ...HIDDEN_CODES.map((code): ExpectedDecision => ({ ...declined(code, 'other'), isFraud: true })),
    declined('101', 'other'),
    declined('510', 'document_unsupported'),
    declined('511', 'document_expired'),
    declined('533', 'underage'),
    declined('539', 'attempts_exceeded'),
    resubmission('204', 'document_unreadable'),
    resubmission('206', 'document_unsupported'),
    resubmission('207', 'document_expired'),
    resubmission('208', 'selfie_problem'),
    { decision: { outcome: 'expire' }, outcome: 'expired', datedBy: 'arrival' },
    { decision: { outcome: 'abandon' }, outcome: 'abandoned', datedBy: 'arrival' },
  ],
  phases: {
    created: 'open',
    started: 'started',
    submitted: 'submitted',
    review: 'in_review',
    approved: 'approved',
    declined: 'declined',
    // 204 is the default reason code of the sandbox.
    resubmission_requested: { phase: 'resubmission_requested', reason: 'document_unreadable' },
    expired: 'expired',
    abandoned: 'abandoned',
  },
  asksAgainSilently: false,
  resumableAfter: [{ outcome: 'start' }, { outcome: 'resubmit' }],
  overAfter: [
    { outcome: 'review' },
    { outcome: 'approve' },
    { outcome: 'decline' },
    { outcome: 'expire' },
    { outcome: 'abandon' },
  ],
  hasThinEvents: false,
  approvalWords: ['approved'],
  approvalFields: [
    'verification',
    'id',
    'status',
    'code',
    'vendorData',
    'decisionTime',
    'acceptanceTime',
    'reasonCode',
  ],
  approvalIn(at) {
    if (at('verification', 'status') !== 'approved') return null;
    return { session: at('verification', 'id'), reference: at('verification', 'vendorData') };
  },
  eventIdIn: () => null,
  withoutVerdict: (session, user, personalData) => [
    `{"eventType":"ine_registry","sessionId":"${session}","vendorData":"${user}","data":{"status":"${personalData}"}}`,
    `{"type":"curp_registry","id":"${session}","vendorData":"${user}","data":{"status":"found","name":"${personalData}"}}`,
  ],
  approvedStatus: 'approved',
  timeInResponses: ISO_TIME,
  signatureLifetimeSeconds: null,
  retryHeaders: [],
  erasure: {
    isErasure: isDelete,
    notYetAfter: [{ outcome: 'submit' }, { outcome: 'review' }],
    finalAfterMs: 12 * 60 * 60 * 1000,
    hasSharedData: false,
    switchOff: ({ veriff }) => veriff.setDeletion({ isOn: false }),
    exhaust: ({ veriff }) => veriff.setDeletion({ isLimited: true }),
    allow: ({ veriff }) => veriff.setDeletion({ isOn: true, isLimited: false }),
  },
  announcements: [],
  announceApproval: null,
  hasResumeToken: true,
};
