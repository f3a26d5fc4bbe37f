import { importJWK, type JWK } from 'jose';
import { reasonOf } from '../common/reason-of.ts';
import { KEY_SET_ALGORITHMS } from './token-keys.ts';

const SHORTEST_RSA_BITS = 2_048;
/** A random secret of 32 characters has more, even in hexadecimal. */
const FEWEST_CHARACTERS = 10;
const DEFAULT_ALGORITHMS: Readonly<Record<string, string>> = {
  RSA: 'RS256',
  'P-256': 'ES256',
  'P-384': 'ES384',
  'P-521': 'ES512',
  Ed25519: 'EdDSA',
};

/**
 * Returns the algorithms of the keys that can check a token.
 * @throws Error if there is no such key
 */
export async function requireUsableKeys(keys: readonly JWK[]): Promise<string[]> {
  if (keys.length === 0) throw new Error('the key set is empty');
  const problems: string[] = [];
  const algorithms = new Set<string>();
  for (const key of keys) {
    try {
      algorithms.add(await algorithmOf(key));
    } catch (error) {
      problems.push(reasonOf(error));
    }
  }
  if (algorithms.size > 0) return [...algorithms];
  throw new Error(
    `the key set has no key for ${KEY_SET_ALGORITHMS.join(', ')} (${[...new Set(problems)].join('; ')})`,
  );
}

/** Whether the secret repeats a few characters, as the placeholder of .env.example does. */
export function isGuessable(secret: string): boolean {
  return new Set(secret).size < FEWEST_CHARACTERS;
}

/** @throws Error if the key cannot check tokens */
async function algorithmOf(key: JWK): Promise<string> {
  if (key.use === 'enc') throw new Error('a key is for encryption');
  const type = key.crv ?? key.kty ?? 'unknown';
  const algorithm = key.alg ?? DEFAULT_ALGORITHMS[type] ?? type;
  if (!KEY_SET_ALGORITHMS.includes(algorithm)) throw new Error(`a key is for ${algorithm}`);
  await importJWK(key, algorithm);
  if (key.kty === 'RSA' && bitsOf(key.n ?? '') < SHORTEST_RSA_BITS) {
    throw new Error(`an RSA key has less than ${SHORTEST_RSA_BITS} bits`);
  }
  return algorithm;
}

function bitsOf(base64url: string): number {
  return Buffer.from(base64url, 'base64url').length * 8;
}
