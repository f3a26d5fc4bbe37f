import { CANARIES } from '../canaries.ts';
import type { Decision } from '../contract.ts';
import { UnsupportedDecisionError } from '../provider/emulator.ts';
import type { AttemptCount, Signing, WebhookMessage } from '../provider/emulator.ts';
import { hmacHex, randomId } from '../provider/wire.ts';
import { after } from './inquiries.ts';
import type { Inquiry } from './inquiries.ts';
import { inquiryResource } from './resources.ts';

const EVENTS: Readonly<Partial<Record<Decision['outcome'], string>>> = {
  start: 'inquiry.started',
  submit: 'inquiry.completed',
  approve: 'inquiry.approved',
  decline: 'inquiry.declined',
  review: 'inquiry.marked-for-review',
  fail: 'inquiry.failed',
  expire: 'inquiry.expired',
  // Persona has no abandoned status: an unfinished inquiry expires.
  abandon: 'inquiry.expired',
};

export function eventFor(decision: Decision): string {
  const event = EVENTS[decision.outcome];
  if (event === undefined) throw new UnsupportedDecisionError(`Persona has no "${decision.outcome}"`);
  return event;
}

/** Changes the inquiry and returns the webhook. */
export function moveInquiry(inquiry: Inquiry, decision: Decision, at: Date): WebhookMessage {
  const name = eventFor(decision);
  apply(inquiry, decision, at);
  return eventMessage(name, inquiryResource(inquiry), inquiry.id, at);
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

function apply(inquiry: Inquiry, decision: Decision, at: Date): void {
  inquiry.updatedAt = at;
  switch (decision.outcome) {
    case 'start':
      inquiry.status = 'pending';
      inquiry.startedAt = at;
      inquiry.expiresAt = after(at, inquiry.request.meta['expiration-after-start-interval-seconds']);
      return;
    case 'submit':
      inquiry.status = 'completed';
      inquiry.completedAt = at;
      showDocuments(inquiry);
      return;
    case 'approve':
      inquiry.status = 'approved';
      inquiry.decisionedAt = at;
      showDocuments(inquiry);
      return;
    case 'decline':
      inquiry.status = 'declined';
      inquiry.decisionedAt = at;
      showDocuments(inquiry);
      // An inquiry has no reason. A reviewer's tags and comment are internal.
      inquiry.reviewerComment = CANARIES.reviewerComment;
      if (decision.reason !== undefined) inquiry.tags.push(decision.reason);
      return;
    case 'review':
      inquiry.status = 'needs_review';
      inquiry.markedForReviewAt = at;
      showDocuments(inquiry);
      return;
    case 'fail':
      inquiry.status = 'failed';
      inquiry.failedAt = at;
      return;
    default:
      inquiry.status = 'expired';
      inquiry.expiredAt = at;
      inquiry.expiresAt = null;
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
  const message = Buffer.concat([Buffer.from(`${t}.`), body]);
  const groups = signing.secrets.slice(0, 2).map((secret) => `t=${t},v1=${hmacHex(secret, message)}`);
  return { 'persona-signature': groups.join(' '), 'content-type': 'application/json; charset=utf-8' };
}

export function attemptHeaders(count: AttemptCount): Record<string, string> {
  return {
    'persona-webhook-attempts-made': String(count.made),
    'persona-webhook-attempts-left': String(count.left),
    'persona-webhook-first-attempted-at': String(Math.floor(count.firstAttemptedAt.getTime() / 1000)),
  };
}
