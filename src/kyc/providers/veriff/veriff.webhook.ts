import { timingSafeEqual } from 'node:crypto';
import { isSignedWithAny } from '../../../common/hmac.ts';
import { ENDINGS, type Outcome, VERDICTS } from '../../domain/outcome.ts';
import type { Delivery, ReceivedEvent } from '../kyc-provider.ts';
import { DeliveryMalformedError, SignatureRefusedError } from '../provider-errors.ts';
import { bodyKey } from '../shared/events.ts';
import { parseBody, parseDelivery } from '../shared/parsing.ts';
import { outcomeOfAction, type Statement, statementOf, VERIFF } from './veriff.mapping.ts';
import {
  decisionWebhookSchema,
  eventWebhookSchema,
  typedWebhookSchema,
  type Verification,
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
  return {
    provider: VERIFF,
    // Veriff sends no event id and signs only the body, so the body is the key.
    eventKey: bodyKey(delivery.body),
    ...read(parseObject(delivery.body), delivery.receivedAt),
    lookup: null,
  };
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

function parseObject(body: Buffer): object {
  const json = parseBody(body);
  if (typeof json === 'object' && json !== null) return json;
  throw new DeliveryMalformedError('the body is not a JSON object');
}

/** Each kind of webhook has a property that the other kinds lack. */
function read(json: object, receivedAt: Date): Statement {
  if (Object.hasOwn(json, 'verification')) {
    return readDecision(parseDelivery(decisionWebhookSchema, json).verification, receivedAt);
  }
  if (Object.hasOwn(json, 'action')) {
    const event = parseDelivery(eventWebhookSchema, json);
    // An undated event counts as older than every other event, so a late retry changes nothing.
    return undated(event.id, event.vendorData, outcomeOfAction(event.action));
  }
  // For full-auto and user-defined statuses, the customer's plan and settings define the words. The ledger records them
  // as unknown.
  const event = parseDelivery(typedWebhookSchema, json);
  return undated(event.sessionId, event.vendorData, 'unknown');
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
