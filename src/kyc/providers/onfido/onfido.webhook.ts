import { isSignedWithAny } from '../../../common/hmac.ts';
import type { Delivery, ReceivedEvent } from '../kyc-provider.ts';
import { SignatureRefusedError } from '../provider-errors.ts';
import { parseDelivery, receiveJson, UnknownShapeError } from '../shared/deliveries.ts';
import { bodyKey } from '../shared/events.ts';
import { isCheckAnnouncement, ONFIDO, outcomeOfAction, outcomeOfRun, reasonOf } from './onfido.mapping.ts';
import { idSchema, timeOf, type WebhookPayload, webhookSchema } from './onfido.schemas.ts';

export const SIGNATURE_HEADER = 'x-sha2-signature';

export interface OnfidoWebhookOptions {
  /** The `token` of each registered webhook, newest first. */
  secrets: readonly string[];
}

export function receiveDelivery(delivery: Delivery, options: OnfidoWebhookOptions): ReceivedEvent {
  verify(delivery, options);
  return receiveJson(ONFIDO, delivery.body, (json) => {
    const { payload } = parseDelivery(webhookSchema, json);
    const isRun = payload.action === 'workflow_run.completed';
    return {
      provider: ONFIDO,
      // Onfido sends no event id, so the body is the key.
      eventKey: bodyKey(delivery.body),
      ...(isRun ? readRun(payload, delivery.receivedAt) : readOther(payload)),
    };
  });
}

type Statement = Omit<ReceivedEvent, 'provider' | 'eventKey'>;

/**
 * The signature covers the exact bytes, including the line feed at the end of Onfido's pretty-printed bodies. The
 * gateway does not use Onfido's WebhookEventVerifier, which throws a RangeError for a header of another length.
 */
function verify({ headers, body }: Delivery, { secrets }: OnfidoWebhookOptions): void {
  const signature = headers[SIGNATURE_HEADER];
  if (isSignedWithAny(secrets, signature, body)) return;
  throw new SignatureRefusedError(`${SIGNATURE_HEADER}: ${diagnose(secrets, signature)}`);
}

function diagnose(secrets: readonly string[], signature: unknown): string {
  if (signature === undefined || signature === '') return 'the header is missing';
  if (typeof signature !== 'string' || signature.includes(',')) return 'the header was sent more than once';
  if (!/^[0-9a-f]*$/i.test(signature)) return 'not hexadecimal';
  if (signature.length !== 64) return `${signature.length} hexadecimal digits instead of 64`;
  return `made with none of the ${secrets.length} webhook tokens, or for other bytes`;
}

/** Onfido sends the same event for all ways in which a run can end. The status tells them apart. */
function readRun({ object, resource }: WebhookPayload, receivedAt: Date): Statement {
  const status = object.status ?? resource?.status;
  if (status === null || status === undefined) throw new UnknownShapeError('payload.object.status');
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

/** Other events contain no verdict. The gateway reads a check by its id, never at the `href` of the payload. */
function readOther({ action, object }: WebhookPayload): Statement {
  const isCheck = isCheckAnnouncement(action);
  if (isCheck && !idSchema.safeParse(object.id).success) throw new UnknownShapeError('payload.object.id');
  return {
    sessionId: null,
    reference: null,
    outcome: outcomeOfAction(action),
    reason: null,
    occurredAt: timeOf(object.completed_at_iso8601),
    lookup: isCheck ? `check:${object.id}` : null,
  };
}
