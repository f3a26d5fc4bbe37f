import { createHash } from 'node:crypto';
import { isSignedWithAny } from '../../../common/hmac.ts';
import type { Delivery, ReceivedEvent } from '../kyc-provider.ts';
import { DeliveryMalformedError, SignatureRefusedError } from '../provider-errors.ts';
import { ONFIDO, isCheckAnnouncement, outcomeOfAction, outcomeOfRun } from './onfido.outcomes.ts';
import { reasonOf } from './onfido.reasons.ts';
import { ID, timeOf, webhookSchema, wrongFields } from './onfido.schemas.ts';
import type { WebhookPayload } from './onfido.schemas.ts';

export const SIGNATURE_HEADER = 'x-sha2-signature';

/** The one way in: nothing below is exported, so no body is read before its signature was found right. */
export function receiveDelivery(webhookTokens: readonly string[], delivery: Delivery): ReceivedEvent {
  verify(webhookTokens, delivery);
  const payload = parse(delivery.body);
  // Onfido sends no event id, so the signed bytes name the event: a resend is the same bytes.
  const eventKey = `sha256:${createHash('sha256').update(delivery.body).digest('hex')}`;
  const said =
    payload.action === 'workflow_run.completed' ? readRun(payload, delivery.receivedAt) : readOther(payload);
  return { provider: ONFIDO, eventKey, ...said };
}

type Said = Omit<ReceivedEvent, 'provider' | 'eventKey'>;

/**
 * The exact bytes, with the line feed that Onfido's pretty-printed bodies end in. Its own WebhookEventVerifier is
 * not used: it compares without looking at the length first, so that a header of another length ends in a
 * RangeError instead of a refusal.
 */
function verify(webhookTokens: readonly string[], { headers, body }: Delivery): void {
  const signature = headers[SIGNATURE_HEADER];
  if (isSignedWithAny(webhookTokens, signature, body)) return;
  throw new SignatureRefusedError(`${SIGNATURE_HEADER}: ${diagnose(webhookTokens, signature)}`);
}

function diagnose(webhookTokens: readonly string[], signature: unknown): string {
  if (signature === undefined || signature === '') return 'the header is missing';
  if (typeof signature !== 'string' || signature.includes(',')) return 'the header was sent more than once';
  if (!/^[0-9a-f]*$/i.test(signature)) return 'not hexadecimal';
  if (signature.length !== 64) return `${signature.length} hexadecimal digits where 64 belong`;
  return `made with none of the ${webhookTokens.length} webhook tokens, or over other bytes than arrived`;
}

function parse(body: Buffer): WebhookPayload {
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch {
    // Without its cause: the parser quotes the body.
    throw new DeliveryMalformedError('the body is not JSON');
  }
  const parsed = webhookSchema.safeParse(json);
  if (parsed.success) return parsed.data.payload;
  throw new DeliveryMalformedError(`not the documented shape: ${wrongFields(parsed.error)}`);
}

/** One event for every way a run can end: its status tells which. */
function readRun({ object, resource }: WebhookPayload, receivedAt: Date): Said {
  const status = object.status ?? resource?.status;
  if (status === null || status === undefined) {
    throw new DeliveryMalformedError('not the documented shape: payload.object.status');
  }
  const outcome = outcomeOfRun(status);
  return {
    sessionId: object.id,
    reference: resource?.customer_user_id || null,
    outcome,
    reason: outcome === 'declined' ? reasonOf(resource?.reasons) : null,
    occurredAt: timeOf(object.completed_at_iso8601) ?? timeOf(resource?.updated_at) ?? receivedAt,
    lookup: null,
  };
}

/** The rest names no verdict; a check is asked for by its id, never at the `href` that the payload offers. */
function readOther({ action, object }: WebhookPayload): Said {
  const isCheck = isCheckAnnouncement(action);
  if (isCheck && !ID.test(object.id)) {
    throw new DeliveryMalformedError('not the documented shape: payload.object.id is no id');
  }
  return {
    sessionId: null,
    reference: null,
    outcome: outcomeOfAction(action),
    reason: null,
    occurredAt: timeOf(object.completed_at_iso8601),
    lookup: isCheck ? `check:${object.id}` : null,
  };
}
