import { CANARIES } from '../canaries.ts';
import type { Decision, Outcome } from '../provider/contract.ts';
import { UnsupportedDecisionError } from '../provider/emulator.ts';
import type { AttemptCount, Signing, WebhookMessage } from '../provider/emulator.ts';
import { randomId, timestampedHmac } from '../provider/wire.ts';
import { after } from './inquiries.ts';
import type { Inquiry, InquiryStatus } from './inquiries.ts';
import { inquiryResource } from './resources.ts';

type TimeField =
  'startedAt' | 'completedAt' | 'decisionedAt' | 'markedForReviewAt' | 'failedAt' | 'expiredAt';

interface Move {
  event: string;
  status: InquiryStatus;
  /** The field that is set to the time of the move. */
  timeField: TimeField;
  /** True if the user has shown documents before this move. */
  hasDocuments: boolean;
}

const EXPIRE: Move = {
  event: 'inquiry.expired',
  status: 'expired',
  timeField: 'expiredAt',
  hasDocuments: false,
};

const MOVES: Readonly<Partial<Record<Outcome, Move>>> = {
  start: { event: 'inquiry.started', status: 'pending', timeField: 'startedAt', hasDocuments: false },
  submit: { event: 'inquiry.completed', status: 'completed', timeField: 'completedAt', hasDocuments: true },
  approve: { event: 'inquiry.approved', status: 'approved', timeField: 'decisionedAt', hasDocuments: true },
  decline: { event: 'inquiry.declined', status: 'declined', timeField: 'decisionedAt', hasDocuments: true },
  review: {
    event: 'inquiry.marked-for-review',
    status: 'needs_review',
    timeField: 'markedForReviewAt',
    hasDocuments: true,
  },
  fail: { event: 'inquiry.failed', status: 'failed', timeField: 'failedAt', hasDocuments: false },
  expire: EXPIRE,
  // Persona has no abandoned status: an unfinished inquiry expires.
  abandon: EXPIRE,
};

export function eventFor(decision: Decision): string {
  return moveFor(decision).event;
}

function moveFor({ outcome }: Decision): Move {
  const move = MOVES[outcome];
  if (move === undefined) throw new UnsupportedDecisionError(`Persona has no "${outcome}"`);
  return move;
}

export function moveInquiry(inquiry: Inquiry, decision: Decision, at: Date): WebhookMessage {
  const move = moveFor(decision);
  apply(inquiry, move, decision, at);
  return eventMessage(move.event, inquiryResource(inquiry), inquiry.id, at);
}

/** The event envelope (Persona API reference, "Event object"). */
export function eventMessage(
  name: string,
  about: object,
  inquiryId: string | null,
  at: Date,
): WebhookMessage {
  const event = {
    data: {
      type: 'event',
      id: `evt_${randomId()}`,
      attributes: { name, 'created-at': at.toISOString(), payload: { data: about, included: [] } },
    },
  };
  return { sessionId: inquiryId, type: name, body: Buffer.from(JSON.stringify(event), 'utf8') };
}

function apply(inquiry: Inquiry, move: Move, decision: Decision, at: Date): void {
  inquiry.updatedAt = at;
  inquiry.status = move.status;
  inquiry[move.timeField] = at;
  if (move.hasDocuments) showDocuments(inquiry);
  if (decision.outcome === 'start') {
    inquiry.expiresAt = after(at, inquiry.request.meta['expiration-after-start-interval-seconds']);
  }
  if (move.status === 'expired') inquiry.expiresAt = null;
  if (decision.outcome === 'decline') {
    // An inquiry has no reason. A reviewer's tags and comment are internal.
    inquiry.reviewerComment = CANARIES.reviewerComment;
    if (decision.reason !== undefined) inquiry.tags.push(decision.reason);
  }
}

/** The data of documents is copied to the inquiry's account too. */
function showDocuments(inquiry: Inquiry): void {
  inquiry.hasDocuments = true;
  if (inquiry.account !== null) inquiry.account.hasDocuments = true;
}

/**
 * `t=<unix seconds>,v1=<hex>`: the HMAC over `t.body` with the whole secret. During a rotation the header has one group
 * per secret, newest first, separated by a space (docs.withpersona.com, "Webhooks").
 */
export function personaSignature(body: Buffer, signing: Signing): Record<string, string> {
  const t = Math.floor(signing.at.getTime() / 1000);
  const groups = signing.secrets.slice(0, 2).map((secret) => `t=${t},v1=${timestampedHmac(secret, t, body)}`);
  return { 'persona-signature': groups.join(' '), 'content-type': 'application/json; charset=utf-8' };
}

export function attemptHeaders(count: AttemptCount): Record<string, string> {
  return {
    'persona-webhook-attempts-made': String(count.made),
    'persona-webhook-attempts-left': String(count.left),
    'persona-webhook-first-attempted-at': String(Math.floor(count.firstAttemptedAt.getTime() / 1000)),
  };
}
