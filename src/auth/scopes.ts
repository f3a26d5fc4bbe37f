import type { JWTPayload } from 'jose';

export const ADMIN_SCOPE = 'kyc:admin';

/**
 * The scopes of a token, from the claims `scope` (RFC 9068) and `scp` (other issuers). Each claim is a list or one string
 * with spaces.
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
