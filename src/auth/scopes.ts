import type { JWTPayload } from 'jose';

/** What the operators' API asks for. */
export const ADMIN_SCOPE = 'kyc:admin';

/**
 * What the token allows its bearer: the words of `scope` (RFC 9068) and of `scp`, as some issuers call it; each is one
 * string with spaces, or a list.
 */
export function scopesOf(claims: JWTPayload): readonly string[] {
  const words = [claims['scope'], claims['scp']].flatMap(wordsOf);
  return [...new Set(words)];
}

function wordsOf(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(' ').filter((word) => word !== '');
  if (!Array.isArray(claim)) return [];
  return (claim as unknown[]).filter((word) => typeof word === 'string');
}
