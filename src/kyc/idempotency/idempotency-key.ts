import { ApiHeader } from '@nestjs/swagger';
import { IdempotencyKeyInvalidError } from './idempotency-errors.ts';

/** A string of a structured field (RFC 9651): printable ASCII in quotes, with `\"` and `\\` as escapes. */
const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;
/** Most clients send the key without quotes. A comma means that a proxy joined two header lines. */
const BARE = /^[^",]+$/;
/** A shorter key can be guessed. */
const KEY = /^[\x21-\x7e]{16,255}$/;

/**
 * Returns null if the request has no header `Idempotency-Key`.
 * @throws IdempotencyKeyInvalidError if the header is repeated or is not a key
 */
export function readIdempotencyKey(lines: readonly string[] | undefined): string | null {
  if (lines === undefined || lines.length === 0) return null;
  const [line = ''] = lines;
  if (lines.length > 1) throw new IdempotencyKeyInvalidError('the request has the header more than once');
  const key = QUOTED.exec(line)?.[1]?.replaceAll(/\\(["\\])/g, '$1') ?? BARE.exec(line)?.[0] ?? '';
  if (!KEY.test(key)) throw new IdempotencyKeyInvalidError('not 16 to 255 visible ASCII characters');
  return key;
}

/**
 * Equal for two requests that mean the same: it ignores the order of the body's fields, and treats a missing body like
 * `{}`.
 */
export function payloadOf(request: { method: string; path: string; body: unknown }): string {
  const fields = Object.entries(request.body ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([request.method, request.path, fields]);
}

export function ApiIdempotencyKey(): MethodDecorator {
  return ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description:
      'A random value that the caller chooses, such as a UUID, bare or in quotes (a string of RFC 9651). A repeated ' +
      'request with the same key returns the first response again.',
    example: '8e03978e-40d5-43e8-bc93-6894a57f9324',
    // The length counts the characters without the quotes.
    schema: { type: 'string', minLength: 16 },
  });
}

export const REPLAY_HEADERS = {
  'Idempotency-Replayed': {
    description: '`true` if this is the first response again',
    schema: { type: 'string' as const, enum: ['true'] },
  },
};
