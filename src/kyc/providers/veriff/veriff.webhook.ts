import { timingSafeEqual } from 'node:crypto';
import { isSignedWithAny } from '../../../common/hmac.ts';
import { ENDINGS, type Outcome, VERDICTS } from '../../domain/outcome.ts';
import type { Delivery, ReceivedEvent } from '../kyc-provider.ts';
import { SignatureRefusedError } from '../provider-errors.ts';
import { parseDelivery, receiveJson, UnknownShapeError } from '../shared/deliveries.ts';
import { bodyKey } from '../shared/events.ts';
import {
  outcomeOfAction,
  outcomeOfScreening,
  type Statement,
  statementOf,
  VERIFF,
} from './veriff.mapping.ts';
import {
  decisionWebhookSchema,
  eventWebhookSchema,
  registryWebhookSchema,
  type Screening,
  screeningWebhookSchema,
  typedWebhookSchema,
  type Verification,
  webhookSchema,
} from './veriff.schemas.ts';

export const SIGNATURE_HEADER = 'x-hmac-signature';
export const CLIENT_HEADER = 'x-auth-client';
/** Veriff's name for the client header in its newer documentation. */
const NEW_CLIENT_HEADER = 'vrf-auth-client';

export interface VeriffWebhookOptions {
  apiKey: string;
  /** The shared secrets of the integration, newest first. */
  secrets: readonly string[];
}

export function receiveDelivery(delivery: Delivery, options: VeriffWebhookOptions): ReceivedEvent {
  verify(delivery, options);
  return receiveJson(VERIFF, delivery.body, (json) => ({
    provider: VERIFF,
    // Veriff sends no event id and signs only the body, so the body is the key.
    eventKey: bodyKey(delivery.body),
    ...read(parseDelivery(webhookSchema, json), delivery.receivedAt),
    lookup: null,
  }));
}

function verify({ headers, body }: Delivery, { apiKey, secrets }: VeriffWebhookOptions): void {
  const clientHeader = headers[CLIENT_HEADER] === undefined ? NEW_CLIENT_HEADER : CLIENT_HEADER;
  const client = single(headers, clientHeader);
  const signature = single(headers, SIGNATURE_HEADER);
  if (!isSameKey(client, apiKey)) {
    throw new SignatureRefusedError(
      `${clientHeader}: not the configured API key. Is the delivery from another integration?`,
    );
  }
  if (!isSignedWithAny(secrets, signature, body)) {
    throw new SignatureRefusedError(
      `${SIGNATURE_HEADER}: not the hexadecimal HMAC-SHA256 of the raw body under any of the ${secrets.length} shared secrets`,
    );
  }
}

function single(headers: Delivery['headers'], name: string): string {
  const value = headers[name];
  if (value === undefined) throw new SignatureRefusedError(`${name}: the header is missing`);
  if (typeof value !== 'string' || value.includes(',')) {
    throw new SignatureRefusedError(`${name}: the header was sent more than once`);
  }
  return value;
}

/** The API key is a UUID, so upper and lower case are the same. */
function isSameKey(claimed: string, apiKey: string): boolean {
  const left = Buffer.from(claimed.toLowerCase());
  const right = Buffer.from(apiKey.toLowerCase());
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Each kind of webhook has a property that the kinds before it lack. */
const KINDS = ['verification', 'action', 'checkType', 'eventType', 'type'] as const;

function read(json: object, receivedAt: Date): Statement & Pick<ReceivedEvent, 'note'> {
  switch (KINDS.find((kind) => Object.hasOwn(json, kind))) {
    case 'verification':
      return readDecision(parseDelivery(decisionWebhookSchema, json).verification, receivedAt);
    case 'action': {
      const event = parseDelivery(eventWebhookSchema, json);
      // An undated event counts as older than every other event, so a late retry changes nothing.
      return undated(event.id, event.vendorData, outcomeOfAction(event.action));
    }
    case 'checkType':
      return readScreening(parseDelivery(screeningWebhookSchema, json));
    case 'eventType': {
      // For full-auto and user-defined statuses, the customer's plan and settings define the words. The ledger records
      // them as unknown.
      const event = parseDelivery(typedWebhookSchema, json);
      return undated(event.sessionId, event.vendorData, 'unknown');
    }
    case 'type': {
      const event = parseDelivery(registryWebhookSchema, json);
      return undated(event.id, event.vendorData, 'unknown');
    }
    case undefined:
      throw new UnknownShapeError(`none of ${KINDS.join(', ')}`);
  }
}

/** A match decides nothing, because Veriff sends its own decision. An operator must see it. */
function readScreening(event: Screening): Statement & Pick<ReceivedEvent, 'note'> {
  const statement = undated(event.sessionId, event.vendorData, outcomeOfScreening(event.matchStatus));
  if (statement.outcome === 'unknown') return statement;
  const occurredAt = event.createdAt ? new Date(event.createdAt) : null;
  return { ...statement, occurredAt, note: `watchlist_screening: ${event.matchStatus}` };
}

/** A decision or an ending without a time gets the time of its arrival, because it cannot have happened later. */
function readDecision(verification: Verification, receivedAt: Date): Statement {
  const statement = statementOf(verification);
  const isDatable = ([...VERDICTS, ...ENDINGS] as readonly Outcome[]).includes(statement.outcome);
  return { ...statement, occurredAt: statement.occurredAt ?? (isDatable ? receivedAt : null) };
}

function undated(
  sessionId: string | null | undefined,
  vendorData: string | null | undefined,
  outcome: Outcome,
): Statement {
  return {
    sessionId: sessionId ?? null,
    reference: vendorData ?? null,
    outcome,
    reason: null,
    occurredAt: null,
  };
}
