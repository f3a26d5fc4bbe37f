import { timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { hmacHex } from '../provider/wire.ts';
import { problem } from './problem.ts';

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The signed part, with the error code of a mismatch: the session id of a GET (1818) or a body (1819). */
export interface SignedPart {
  bytes: string | Buffer;
  mismatch: '1818' | '1819';
}

/**
 * Checks X-AUTH-CLIENT and X-HMAC-SIGNATURE (devdocs.veriff.com, "HMAC authentication") and returns the secret that the
 * caller used. Creation needs the signature too, although Veriff accepts a legacy scheme without it.
 */
export function authenticate(
  headers: IncomingHttpHeaders,
  apiKey: string,
  secrets: readonly string[],
  part: SignedPart,
): string {
  const client = headers['x-auth-client'];
  if (typeof client !== 'string') throw problem(401, '1801', 'X-AUTH-CLIENT is missing');
  if (!UUID.test(client)) throw problem(401, '1802', 'X-AUTH-CLIENT must be a valid UUID');
  if (client !== apiKey) throw problem(401, '1803', 'No integration with this X-AUTH-CLIENT');

  const signature = headers['x-hmac-signature'];
  if (typeof signature !== 'string' || !/^[0-9a-f]{64}$/i.test(signature)) {
    throw problem(401, '1812', 'X-HMAC-SIGNATURE must be a SHA-256 digest in hex');
  }
  const given = Buffer.from(signature, 'hex');
  const used = secrets.find((secret) =>
    timingSafeEqual(given, Buffer.from(hmacHex(secret, part.bytes), 'hex')),
  );
  if (used === undefined) {
    const what = part.mismatch === '1818' ? 'the query id' : 'the request body';
    throw problem(401, part.mismatch, `X-HMAC-SIGNATURE does not match ${what}`);
  }
  return used;
}
