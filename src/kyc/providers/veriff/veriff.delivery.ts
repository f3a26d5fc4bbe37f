import { createHash, timingSafeEqual } from 'node:crypto';
import type { z } from 'zod';
import { isSignedWithAny } from '../../../common/hmac.ts';
import { ENDINGS, VERDICTS, type Outcome } from '../../domain/outcome.ts';
import type { Delivery, ReceivedEvent } from '../kyc-provider.ts';
import { DeliveryMalformedError, SignatureRefusedError } from '../provider-errors.ts';
import { readVerification, type Statement } from './veriff.decision.ts';
import { outcomeOfAction } from './veriff.outcomes.ts';
import { decisionDelivery, eventDelivery, typedDelivery, type Verification } from './veriff.schemas.ts';

export const SIGNATURE_HEADER = 'x-hmac-signature';
export const CLIENT_HEADER = 'x-auth-client';

/** Verifies, then parses; the only way to a delivery's content. */
export function receiveDelivery(
  delivery: Delivery,
  apiKey: string,
  secrets: readonly string[],
): ReceivedEvent {
  verify(delivery, apiKey, secrets);
  return {
    provider: 'veriff',
    // Veriff names its events by nothing, and signs nothing but the body.
    eventKey: `sha256:${createHash('sha256').update(delivery.body).digest('hex')}`,
    ...read(parse(delivery.body), delivery.receivedAt),
    lookup: null,
  };
}

function verify({ headers, body }: Delivery, apiKey: string, secrets: readonly string[]): void {
  const clientHeader = headers[CLIENT_HEADER] === undefined ? 'vrf-auth-client' : CLIENT_HEADER;
  const client = single(headers, clientHeader);
  const signature = single(headers, SIGNATURE_HEADER);
  if (!isSameKey(client, apiKey)) {
    throw new SignatureRefusedError(`${clientHeader} is not our API key: a delivery of another integration?`);
  }
  if (!isSignedWithAny(secrets, signature, body)) {
    throw new SignatureRefusedError(
      `${SIGNATURE_HEADER} is not the hex HMAC-SHA256 of the raw body under any of our ${secrets.length} shared secrets`,
    );
  }
}

function single(headers: Delivery['headers'], name: string): string {
  const value = headers[name];
  if (value === undefined) throw new SignatureRefusedError(`${name} is missing`);
  if (typeof value !== 'string' || value.includes(',')) {
    throw new SignatureRefusedError(`${name} was sent more than once`);
  }
  return value;
}

/** A UUID means the same in either case. */
function isSameKey(claimed: string, apiKey: string): boolean {
  const left = Buffer.from(claimed.toLowerCase());
  const right = Buffer.from(apiKey.toLowerCase());
  return left.length === right.length && timingSafeEqual(left, right);
}

function parse(body: Buffer): object {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch (cause) {
    // Without the cause: V8 quotes the text that it could not parse.
    throw new DeliveryMalformedError(
      `The body is not JSON (${cause instanceof Error ? cause.name : 'unknown'})`,
    );
  }
  if (typeof json !== 'object' || json === null)
    throw new DeliveryMalformedError('The body is no JSON object');
  return json;
}

/** Tells the webhooks apart by the one property that each has and the others have not. */
function read(json: object, receivedAt: Date): Statement {
  if (Object.hasOwn(json, 'verification')) {
    return readDecision(check(decisionDelivery, 'decision webhook', json).verification, receivedAt);
  }
  if (Object.hasOwn(json, 'action')) {
    const event = check(eventDelivery, 'event webhook', json);
    // It names no time, so it counts as older than anything dated: a late retry moves nothing back.
    return undated(event.id, event.vendorData, outcomeOfAction(event.action));
  }
  // Full-auto and user-defined statuses speak of decisions in words of their own, which depend on the customer's
  // plan and settings: recorded, never guessed at.
  const event = check(typedDelivery, 'webhook', json);
  return undated(event.sessionId, event.vendorData, 'unknown');
}

/** Where a decision or an ending names no time, it was at the latest when it came in. */
function readDecision(verification: Verification, receivedAt: Date): Statement {
  const statement = readVerification(verification);
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

function check<Shape>(schema: z.ZodType<Shape>, what: string, json: object): Shape {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const where = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
  throw new DeliveryMalformedError(`Not a Veriff ${what} (${where})`);
}
