import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConfigService } from '@nestjs/config';
import {
  CompactSign,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWTPayload,
  SignJWT,
  UnsecuredJWT,
} from 'jose';
import type { GatewayConfig } from '../config/gateway.config.ts';
import { Secrets } from '../config/secrets.ts';
import { KeysUnavailableError, TokenRefusedError } from './auth-errors.ts';
import { TokenVerifier } from './token-verifier.ts';

const ISSUER = 'https://login.example.com';
const AUDIENCE = 'kyc-gateway';
const SECRET = 'a-secret-that-is-at-least-32-characters';
const NOW = Math.floor(Date.now() / 1_000);
const CLAIMS: JWTPayload = {
  sub: 'user-1',
  iss: ISSUER,
  aud: AUDIENCE,
  exp: NOW + 600,
  email: 'jane@example.com',
};

const bytes = (secret: string) => new TextEncoder().encode(secret);
/** Unlike JWTPayload, this type also permits claims of the wrong type. */
type Claims = Record<string, unknown>;
const hs256 = (claims: Claims, secret = SECRET) =>
  new SignJWT(claims as JWTPayload).setProtectedHeader({ alg: 'HS256' }).sign(bytes(secret));
const typed = (typ: string | undefined) =>
  new SignJWT(CLAIMS)
    .setProtectedHeader({ alg: 'HS256', ...(typ === undefined ? {} : { typ }) })
    .sign(bytes(SECRET));

type Settings = Partial<GatewayConfig['auth']>;

function verifier(settings: Settings): TokenVerifier {
  const auth = {
    issuer: ISSUER,
    audiences: [AUDIENCE],
    clientIds: [],
    secrets: [],
    userClaim: 'sub',
    emailClaim: 'email',
    ...settings,
  };
  return new TokenVerifier(
    new ConfigService<GatewayConfig, true>({ auth }),
    new Secrets({ auth } as unknown as GatewayConfig),
  );
}

describe('TokenVerifier with a shared secret', () => {
  const tokens = verifier({ secrets: [SECRET] });

  it('returns the user id, address, scopes and expiry of a valid token', async () => {
    await expect(tokens.principalOf(await hs256(CLAIMS))).resolves.toEqual({
      userId: 'user-1',
      email: 'jane@example.com',
      scopes: [],
      expiresAt: new Date((NOW + 600) * 1_000),
    });
  });

  it.each<[string, Claims]>([
    ['for several audiences including the gateway', { aud: ['other', AUDIENCE] }],
    ['that expired within the clock tolerance', { exp: NOW - 1 }],
    ['that becomes valid within the clock tolerance', { nbf: NOW + 3 }],
  ])('accepts a token %s', async (_, claims) => {
    const principal = await tokens.principalOf(await hs256({ ...CLAIMS, ...claims }));
    expect(principal.userId).toBe('user-1');
  });

  it.each<[string, Claims]>([
    ['from another issuer', { iss: 'https://login.example.org' }],
    ['without an issuer', { iss: undefined }],
    ['for another audience', { aud: 'other' }],
    ['without an audience', { aud: undefined }],
    ['that has expired', { exp: NOW - 60 }],
    ['without an expiry', { exp: undefined }],
    ['that is not valid yet', { nbf: NOW + 60 }],
    ['without a subject', { sub: undefined }],
    ['with an empty subject', { sub: '' }],
    ['with a subject that is not a string', { sub: 42 }],
    ['with a subject of more than 255 characters', { sub: 'x'.repeat(256) }],
    ['that expires after the year 9999', { exp: 1e300 }],
  ])('rejects a token %s', async (_, claims) => {
    const token = await hs256({ ...CLAIMS, ...claims });
    await expect(tokens.principalOf(token)).rejects.toBeInstanceOf(TokenRefusedError);
  });

  it('rejects a token that is signed with another secret', async () => {
    const token = await hs256(CLAIMS, 'another-secret-of-at-least-32-characters');
    await expect(tokens.principalOf(token)).rejects.toBeInstanceOf(TokenRefusedError);
  });

  it('rejects an unsigned token when a secret is configured', async () => {
    const token = new UnsecuredJWT(CLAIMS).encode();
    await expect(tokens.principalOf(token)).rejects.toBeInstanceOf(TokenRefusedError);
  });

  it.each(['HS384', 'HS512'])('rejects a token that is signed with %s instead of HS256', async (alg) => {
    const token = await new SignJWT(CLAIMS).setProtectedHeader({ alg }).sign(bytes('a-secret'.repeat(8)));
    await expect(verifier({ secrets: ['a-secret'.repeat(8)] }).principalOf(token)).rejects.toBeInstanceOf(
      TokenRefusedError,
    );
  });

  it.each([
    ['an empty string', ''],
    ['one word', 'garbage'],
    ['three parts that are not JSON', 'aaaa.bbbb.cccc'],
    ['three parts that are not base64', '!.!.!'],
    ['five parts', 'a.b.c.d.e'],
    ['a header that is not an object', `${btoa('"HS256"')}.e30.AAAA`],
  ])('rejects a text that is not a signed token: %s', async (_, token) => {
    await expect(tokens.principalOf(token)).rejects.toBeInstanceOf(TokenRefusedError);
  });

  it.each([undefined, 'JWT', 'at+jwt'])(
    'accepts a token of the type %s if no type is required',
    async (typ) => {
      await expect(tokens.principalOf(await typed(typ))).resolves.toMatchObject({ userId: 'user-1' });
    },
  );

  it.each(['at+jwt', 'AT+JWT', 'application/at+jwt'])(
    'accepts a token of the type %s if at+jwt is required',
    async (typ) => {
      const strict = verifier({ secrets: [SECRET], tokenType: 'at+jwt' });
      await expect(strict.principalOf(await typed(typ))).resolves.toMatchObject({ userId: 'user-1' });
    },
  );

  it.each([undefined, 'JWT', 'id_token+jwt'])(
    'rejects a token of the type %s if at+jwt is required',
    async (typ) => {
      const strict = verifier({ secrets: [SECRET], tokenType: 'at+jwt' });
      await expect(strict.principalOf(await typed(typ))).rejects.toBeInstanceOf(TokenRefusedError);
    },
  );

  it.each([
    [null, false],
    [null, 'false'],
    ['jane@example.com', true],
    ['jane@example.com', 'true'],
  ])('returns the e-mail address %s of a token whose email_verified is %j', async (email, isVerified) => {
    const token = await hs256({ ...CLAIMS, email_verified: isVerified });
    await expect(tokens.principalOf(token)).resolves.toMatchObject({ email });
  });

  it('rejects a signed text that contains no claims', async () => {
    const token = await new CompactSign(bytes('not json'))
      .setProtectedHeader({ alg: 'HS256' })
      .sign(bytes(SECRET));
    await expect(tokens.principalOf(token)).rejects.toBeInstanceOf(TokenRefusedError);
  });

  it.each([
    ['with a line break', 'jane@example.com\r\nBcc: eve@example.com'],
    ['that contains a comma', 'jane@example.com,eve@example.com'],
    ['with a display name', 'Jane <jane@example.com>'],
    ['without a host', 'jane@'],
    ['that is not a string', ['jane@example.com']],
    ['of more than 320 characters', `${'x'.repeat(320)}@example.com`],
  ])('ignores an e-mail address %s', async (_, email) => {
    const principal = await tokens.principalOf(await hs256({ ...CLAIMS, email }));
    expect(principal.email).toBeNull();
  });
});

async function serveKeys(answer: {
  status: number;
  body: string;
}): Promise<{ server: Server; jwksUrl: string }> {
  const server = createServer((_request, response) => {
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, jwksUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json` };
}

describe('TokenVerifier with the public keys of an issuer', () => {
  const answer = { status: 200, body: '' };
  let server: Server;
  let jwksUrl: string;
  let keySet: string;
  let rsa: CryptoKeyPair;
  let elliptic: CryptoKeyPair;

  const signed = (alg: string, kid: string, key: CryptoKey | Uint8Array) =>
    new SignJWT(CLAIMS).setProtectedHeader({ alg, kid }).sign(key);

  beforeAll(async () => {
    rsa = (await generateKeyPair('RS256', { extractable: true })) as CryptoKeyPair;
    elliptic = (await generateKeyPair('ES256')) as CryptoKeyPair;
    keySet = JSON.stringify({
      keys: [
        { ...(await exportJWK(rsa.publicKey)), kid: 'rsa' },
        { ...(await exportJWK(elliptic.publicKey)), kid: 'elliptic', alg: 'ES256' },
      ],
    });
    ({ server, jwksUrl } = await serveKeys(answer));
  });
  beforeEach(() => Object.assign(answer, { status: 200, body: keySet }));
  afterAll(() => server.close());

  it.each([
    ['RS256', 'rsa', () => rsa],
    ['PS256', 'rsa', () => rsa],
    ['ES256', 'elliptic', () => elliptic],
  ] as const)('accepts a token that is signed with %s', async (alg, kid, pair) => {
    const key = alg === 'PS256' ? await asPss(pair().privateKey) : pair().privateKey;
    const principal = await verifier({ jwksUrl }).principalOf(await signed(alg, kid, key));
    expect(principal.userId).toBe('user-1');
  });

  it('rejects an HS256 token whose secret is the public key', async () => {
    const token = await signed('HS256', 'rsa', bytes(await exportSPKI(rsa.publicKey)));
    await expect(verifier({ jwksUrl }).principalOf(token)).rejects.toBeInstanceOf(TokenRefusedError);
  });

  it('rejects an unsigned token when public keys are configured', async () => {
    const token = new UnsecuredJWT(CLAIMS).encode();
    await expect(verifier({ jwksUrl }).principalOf(token)).rejects.toBeInstanceOf(TokenRefusedError);
  });

  it('rejects a token that names a key that the issuer does not publish', async () => {
    const token = await signed('RS256', 'unknown', rsa.privateKey);
    await expect(verifier({ jwksUrl }).principalOf(token)).rejects.toBeInstanceOf(TokenRefusedError);
  });

  it('rejects a token that is signed with another key than the one it names', async () => {
    const { privateKey } = (await generateKeyPair('ES256')) as CryptoKeyPair;
    const token = await signed('ES256', 'elliptic', privateKey);
    await expect(verifier({ jwksUrl }).principalOf(token)).rejects.toBeInstanceOf(TokenRefusedError);
  });

  it('rejects a text that is not a token, without reading the keys', async () => {
    Object.assign(answer, { status: 500 });
    await expect(verifier({ jwksUrl }).principalOf('aaaa.bbbb.cccc')).rejects.toBeInstanceOf(
      TokenRefusedError,
    );
  });

  it.each([
    ['returns 500', { status: 500, body: '{}' }],
    ['returns 404', { status: 404, body: '' }],
    ['redirects', { status: 302, body: '' }],
    ['returns no JSON', { status: 200, body: '<html>' }],
    ['returns no key set', { status: 200, body: '{"keys":"none"}' }],
  ])('reports that the keys are unavailable while the issuer %s', async (_, failure) => {
    Object.assign(answer, failure);
    const token = await signed('RS256', 'rsa', rsa.privateKey);
    await expect(verifier({ jwksUrl }).principalOf(token)).rejects.toBeInstanceOf(KeysUnavailableError);
  });

  it('reports that the keys are unavailable while the issuer cannot be reached', async () => {
    const gone = await serveKeys(answer);
    await new Promise((resolve) => gone.server.close(resolve));
    const token = await signed('RS256', 'rsa', rsa.privateKey);
    await expect(verifier(gone).principalOf(token)).rejects.toBeInstanceOf(KeysUnavailableError);
  });
});

/** WebCrypto binds each key to one padding, so PSS needs a second object for the same RSA key. */
async function asPss(key: CryptoKey): Promise<CryptoKey> {
  const jwk = await crypto.subtle.exportKey('jwk', key);
  const { alg: _, ...plain } = jwk;
  return crypto.subtle.importKey('jwk', plain, { name: 'RSA-PSS', hash: 'SHA-256' }, false, ['sign']);
}
