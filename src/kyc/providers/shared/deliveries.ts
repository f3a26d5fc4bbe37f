import type { z } from 'zod';
import type { ReceivedEvent } from '../kyc-provider.ts';
import { DeliveryMalformedError } from '../provider-errors.ts';
import { bodyKey } from './events.ts';
import { parseJson, wrongFields } from './parsing.ts';

/** The message names fields, but never their values, because values are personal data. */
export class UnknownShapeError extends Error {
  constructor(fields: string) {
    super(`not the documented shape: ${fields}`);
  }
}

/** @throws UnknownShapeError, which `receiveJson` turns into an event */
export function parseDelivery<Schema extends z.ZodType>(schema: Schema, json: unknown): z.output<Schema> {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new UnknownShapeError(wrongFields(parsed.error));
}

/**
 * Reads the verified body of a delivery. JSON of an unknown shape becomes an event that changes nothing, because an
 * error response would make the provider repeat the delivery for days.
 * @throws DeliveryMalformedError if the body is not JSON
 */
export function receiveJson(
  provider: string,
  body: Buffer,
  read: (json: unknown) => ReceivedEvent,
): ReceivedEvent {
  const json = parseJson(
    body.toString('utf8'),
    (message) => new DeliveryMalformedError(`the body is ${message}`),
  );
  try {
    return read(json);
  } catch (error) {
    if (!(error instanceof UnknownShapeError)) throw error;
    return unknownEvent(provider, body, error.message);
  }
}

/** The key has its own prefix, so that a later release that knows the shape can record the same delivery again. */
export function unknownEvent(provider: string, body: Buffer, problem: string): ReceivedEvent {
  return {
    provider,
    eventKey: `unknown:${bodyKey(body)}`,
    sessionId: null,
    reference: null,
    outcome: 'unknown',
    reason: null,
    occurredAt: null,
    lookup: null,
    problem,
  };
}
