import { IdempotencyKeyInvalidError } from './idempotency-errors.ts';

/** A structured field's string (RFC 9651): printable ASCII in quotes, with `\"` and `\\` for the two that are special. */
const QUOTED = /^"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"$/;
/** As most clients send it. A comma would be a list: what a proxy makes of a header that came twice. */
const BARE = /^[^",]+$/;
/** Too short to be unguessable, or too long to be worth hashing. */
const KEY = /^[\x21-\x7e]{16,255}$/;

/**
 * The key that the field lines of `Idempotency-Key` hold, or null where there is no such field.
 *
 * @throws IdempotencyKeyInvalidError
 */
export function readIdempotencyKey(lines: readonly string[] | undefined): string | null {
  if (lines === undefined || lines.length === 0) return null;
  const [line = ''] = lines;
  if (lines.length > 1) throw new IdempotencyKeyInvalidError('the header is there more than once');
  const key = QUOTED.exec(line)?.[1]?.replaceAll(/\\(["\\])/g, '$1') ?? BARE.exec(line)?.[0] ?? '';
  if (!KEY.test(key)) throw new IdempotencyKeyInvalidError('not 16 to 255 visible ASCII characters');
  return key;
}
