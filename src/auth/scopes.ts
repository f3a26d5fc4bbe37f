import type { JWTPayload } from 'jose';
import { claimAt } from './claims.ts';

export const ADMIN_SCOPE = 'kyc:admin';

/** The claim and the value by which an issuer marks the tokens of operators. */
export interface AdminRule {
  readonly claim: string;
  readonly value: string;
}

const SCOPE_CLAIMS = ['scope', 'scp'];

/**
 * The scopes of a token, from the claims `scope` (RFC 9068) and `scp` (other issuers). Each claim is a list or one string
 * with spaces. With a rule, only a token that meets the rule has the operator scope.
 */
export function scopesOf(claims: JWTPayload, admin?: AdminRule): readonly string[] {
  const words = new Set(SCOPE_CLAIMS.flatMap((claim) => wordsOf(claims[claim])));
  if (admin === undefined) return [...words];
  words.delete(ADMIN_SCOPE);
  return isOperator(claims, admin) ? [...words, ADMIN_SCOPE] : [...words];
}

function isOperator(claims: JWTPayload, { claim, value }: AdminRule): boolean {
  const found = claimAt(claims, claim);
  if (SCOPE_CLAIMS.includes(claim)) return wordsOf(found).includes(value);
  if (Array.isArray(found)) return found.includes(value);
  return found === value || (typeof found === 'boolean' && String(found) === value);
}

function wordsOf(claim: unknown): string[] {
  if (typeof claim === 'string') return claim.split(' ').filter((word) => word !== '');
  if (!Array.isArray(claim)) return [];
  return (claim as unknown[]).filter((word) => typeof word === 'string');
}
