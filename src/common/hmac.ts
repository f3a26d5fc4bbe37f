import { createHmac, timingSafeEqual } from 'node:crypto';

const SHA256_HEX = /^[0-9a-f]{64}$/i;

export function hmacSha256Hex(secret: string, ...parts: (string | Buffer)[]): string {
  const hmac = createHmac('sha256', secret);
  for (const part of parts) hmac.update(part);
  return hmac.digest('hex');
}

/**
 * Checks the form of the signature before any hashing. The comparison takes constant time. An empty secret matches no
 * signature.
 */
export function isSignedWithAny(
  secrets: readonly string[],
  signature: unknown,
  ...parts: (string | Buffer)[]
): boolean {
  if (typeof signature !== 'string' || !SHA256_HEX.test(signature)) return false;
  const claimed = Buffer.from(signature, 'hex');
  let isMatch = false;
  for (const secret of secrets) {
    if (secret === '') continue;
    const expected = Buffer.from(hmacSha256Hex(secret, ...parts), 'hex');
    isMatch = timingSafeEqual(claimed, expected) || isMatch;
  }
  return isMatch;
}
