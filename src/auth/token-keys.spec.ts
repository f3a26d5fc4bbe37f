import {
  createLocalJWKSet,
  errors,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWK,
  SignJWT,
  UnsecuredJWT,
} from 'jose';
import { TokenKeys } from './token-keys.ts';

const NEW = 'the-newest-secret-of-at-least-32-characters';
const OLD = 'the-previous-secret-of-at-least-32-characters';
const RULES = { requiredClaims: ['exp'] };
const bytes = (secret: string) => new TextEncoder().encode(secret);

const signed = (header: { alg: string; kid?: string }, key: CryptoKey | Uint8Array, exp = '1h') =>
  new SignJWT({ sub: 'user-1' }).setProtectedHeader(header).setExpirationTime(exp).sign(key);

describe('The keys that check a token', () => {
  let rsa: CryptoKeyPair;
  let elliptic: CryptoKeyPair[];
  let published: JWK[];

  beforeAll(async () => {
    rsa = (await generateKeyPair('RS256', { extractable: true })) as CryptoKeyPair;
    elliptic = await Promise.all(
      [1, 2, 3].map(async () => (await generateKeyPair('ES256')) as CryptoKeyPair),
    );
    published = await Promise.all(elliptic.slice(0, 2).map((pair) => exportJWK(pair.publicKey)));
  });

  const keySet = (...keys: JWK[]) => createLocalJWKSet({ keys });
  const outcome = (keys: TokenKeys, token: string) =>
    keys.verify(token, RULES).then(
      () => 'accepted',
      (error: unknown) => (error instanceof errors.JOSEError ? 'rejected' : error),
    );

  it('accept a token that is signed with any secret of the list', async () => {
    const keys = new TokenKeys([NEW, OLD], undefined);
    expect(await outcome(keys, await signed({ alg: 'HS256' }, bytes(NEW)))).toBe('accepted');
    expect(await outcome(keys, await signed({ alg: 'HS256' }, bytes(OLD)))).toBe('accepted');
  });

  it('reject a token that is signed with a secret that was removed from the list', async () => {
    expect(await outcome(new TokenKeys([NEW], undefined), await signed({ alg: 'HS256' }, bytes(OLD)))).toBe(
      'rejected',
    );
  });

  it('reject an expired token of each secret', async () => {
    const keys = new TokenKeys([NEW, OLD], undefined);
    for (const secret of [NEW, OLD])
      expect(await outcome(keys, await signed({ alg: 'HS256' }, bytes(secret), '-1h'))).toBe('rejected');
  });

  it.each([
    ['have no kid', {}],
    ['have the same kid', { kid: 'one' }],
  ])('try each public key if several %s', async (_, name) => {
    const keys = new TokenKeys([], keySet(...published.map((key) => ({ ...key, ...name }))));
    for (const pair of elliptic.slice(0, 2)) {
      expect(await outcome(keys, await signed({ alg: 'ES256', ...name }, pair.privateKey))).toBe('accepted');
    }
    expect(
      await outcome(keys, await signed({ alg: 'ES256', ...name }, (elliptic[2] as CryptoKeyPair).privateKey)),
    ).toBe('rejected');
  });

  it('accept HS256 by the secret and other algorithms by the key set, if both are configured', async () => {
    const keys = new TokenKeys([NEW], keySet({ ...(await exportJWK(rsa.publicKey)), kid: 'rsa' }));
    expect(await outcome(keys, await signed({ alg: 'HS256' }, bytes(NEW)))).toBe('accepted');
    expect(await outcome(keys, await signed({ alg: 'RS256', kid: 'rsa' }, rsa.privateKey))).toBe('accepted');
  });

  describe('if a secret and a key set are configured', () => {
    let keys: TokenKeys;
    beforeAll(async () => {
      const symmetric = { kty: 'oct', k: Buffer.from(OLD).toString('base64url'), kid: 'oct' };
      keys = new TokenKeys([NEW], keySet({ ...(await exportJWK(rsa.publicKey)), kid: 'rsa' }, symmetric));
    });

    it.each<[string, () => Promise<string> | string]>([
      [
        'an HS256 token that is signed with the text of the public key',
        async () => signed({ alg: 'HS256', kid: 'rsa' }, bytes(await exportSPKI(rsa.publicKey))),
      ],
      [
        'an HS256 token that is signed with the JSON of the public key',
        async () =>
          signed({ alg: 'HS256', kid: 'rsa' }, bytes(JSON.stringify(await exportJWK(rsa.publicKey)))),
      ],
      [
        'an HS256 token that is signed with a symmetric key of the key set',
        () => signed({ alg: 'HS256', kid: 'oct' }, bytes(OLD)),
      ],
      ['an HS512 token that is signed with the secret', () => signed({ alg: 'HS512' }, bytes(NEW + NEW))],
      ['an unsigned token', () => new UnsecuredJWT({ sub: 'user-1' }).setExpirationTime('1h').encode()],
      [
        'an RS256 token with the signature of the secret',
        async () => {
          const [, claims, signature] = (await signed({ alg: 'HS256' }, bytes(NEW))).split('.');
          const header = Buffer.from('{"alg":"RS256","kid":"rsa"}').toString('base64url');
          return `${header}.${claims}.${signature}`;
        },
      ],
    ])('reject %s', async (_, forge) => {
      expect(await outcome(keys, await forge())).toBe('rejected');
    });
  });

  it.each([
    ['HS256 if only a key set is configured', 'HS256'],
    ['RS256 if only secrets are configured', 'RS256'],
  ])('reject a token of the algorithm %s', async (_, alg) => {
    const isSecret = alg === 'HS256';
    const keys = isSecret
      ? new TokenKeys([], keySet(await exportJWK(rsa.publicKey)))
      : new TokenKeys([NEW], undefined);
    expect(await outcome(keys, await signed({ alg }, isSecret ? bytes(NEW) : rsa.privateKey))).toBe(
      'rejected',
    );
  });
});
