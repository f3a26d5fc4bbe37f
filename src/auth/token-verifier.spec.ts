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
/** Claims that no honest issuer would write, too. */
type Claims = Record<string, unknown>;
const hs256 = (claims: Claims, secret = SECRET) =>
  new SignJWT(claims as JWTPayload).setProtectedHeader({ alg: 'HS256' }).sign(bytes(secret));

function verifier(keys: { secret: string } | { jwksUrl: string }): TokenVerifier {
  const auth = { issuer: ISSUER, audience: AUDIENCE, ...keys };
  return new TokenVerifier(new ConfigService<GatewayConfig, true>({ auth }));
}

describe('A verifier with a shared secret', () => {
  const tokens = verifier({ secret: SECRET });

  it('says who the bearer is', async () => {
    await expect(tokens.principalOf(await hs256(CLAIMS))).resolves.toEqual({
      userId: 'user-1',
      email: 'jane@example.com',
      scopes: [],
      expiresAt: new Date((NOW + 600) * 1_000),
    });
  });

  it.each<[string, Claims]>([
    ['for several audiences, one of them ours', { aud: ['other', AUDIENCE] }],
    ['that expired within the clock tolerance', { exp: NOW - 1 }],
    ['that becomes valid within the clock tolerance', { nbf: NOW + 3 }],
  ])('accepts a token %s', async (_, claims) => {
    const principal = await tokens.principalOf(await hs256({ ...CLAIMS, ...claims }));
    expect(principal.userId).toBe('user-1');
  });

  it.each<[string, Claims]>([
    ['of another issuer', { iss: 'https://login.example.org' }],
    ['of no issuer', { iss: undefined }],
    ['for another audience', { aud: 'other' }],
    ['for no audience', { aud: undefined }],
    ['that has expired', { exp: NOW - 60 }],
    ['that never expires', { exp: undefined }],
    ['that is not valid yet', { nbf: NOW + 60 }],
    ['of nobody', { sub: undefined }],
    ['of an empty name', { sub: '' }],
    ['of a name that is no text', { sub: 42 }],
    ['of an overlong name', { sub: 'x'.repeat(256) }],
  ])('refuses a token %s', async (_, claims) => {
    const token = await hs256({ ...CLAIMS, ...claims });
    await expect(tokens.principalOf(token)).rejects.toBeInstanceOf(TokenRefusedError);
  });

  it('refuses a token under another secret', async () => {
    const token = await hs256(CLAIMS, 'another-secret-of-at-least-32-characters');
    await expect(tokens.principalOf(token)).rejects.toBeInstanceOf(TokenRefusedError);
  });

  it('refuses a token without a signature', async () => {
    const token = new UnsecuredJWT(CLAIMS).encode();
    await expect(tokens.principalOf(token)).rejects.toBeInstanceOf(TokenRefusedError);
  });

  it.each(['HS384', 'HS512'])('refuses %s: one algorithm is pinned', async (alg) => {
    const token = await new SignJWT(CLAIMS).setProtectedHeader({ alg }).sign(bytes('a-secret'.repeat(8)));
    await expect(verifier({ secret: 'a-secret'.repeat(8) }).principalOf(token)).rejects.toBeInstanceOf(
      TokenRefusedError,
    );
  });

  it.each([
    ['nothing', ''],
    ['one word', 'garbage'],
    ['three parts of junk', 'aaaa.bbbb.cccc'],
    ['three parts outside of base64', '!.!.!'],
    ['five parts', 'a.b.c.d.e'],
    ['a header that is no object', `${btoa('"HS256"')}.e30.AAAA`],
  ])('refuses %s', async (_, token) => {
    await expect(tokens.principalOf(token)).rejects.toBeInstanceOf(TokenRefusedError);
  });

  it('refuses a signed text that is no set of claims', async () => {
    const token = await new CompactSign(bytes('not json'))
      .setProtectedHeader({ alg: 'HS256' })
      .sign(bytes(SECRET));
    await expect(tokens.principalOf(token)).rejects.toBeInstanceOf(TokenRefusedError);
  });

  it.each([
    ['with a line break', 'jane@example.com\r\nBcc: eve@example.com'],
    ['that is a list', 'jane@example.com,eve@example.com'],
    ['with a name', 'Jane <jane@example.com>'],
    ['without a host', 'jane@'],
    ['that is no text', ['jane@example.com']],
    ['that is overlong', `${'x'.repeat(320)}@example.com`],
  ])('ignores an address %s', async (_, email) => {
    const principal = await tokens.principalOf(await hs256({ ...CLAIMS, email }));
    expect(principal.email).toBeNull();
  });
});

/** The platform's login, as far as its keys go. */
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

describe('A verifier with the keys of an issuer', () => {
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
  ] as const)('accepts %s', async (alg, kid, pair) => {
    const key = alg === 'PS256' ? await asPss(pair().privateKey) : pair().privateKey;
    const principal = await verifier({ jwksUrl }).principalOf(await signed(alg, kid, key));
    expect(principal.userId).toBe('user-1');
  });

  it('refuses a public key taken for a secret', async () => {
    const token = await signed('HS256', 'rsa', bytes(await exportSPKI(rsa.publicKey)));
    await expect(verifier({ jwksUrl }).principalOf(token)).rejects.toBeInstanceOf(TokenRefusedError);
  });

  it('refuses a token without a signature', async () => {
    const token = new UnsecuredJWT(CLAIMS).encode();
    await expect(verifier({ jwksUrl }).principalOf(token)).rejects.toBeInstanceOf(TokenRefusedError);
  });

  it('refuses a key that the issuer does not publish', async () => {
    const token = await signed('RS256', 'unheard-of', rsa.privateKey);
    await expect(verifier({ jwksUrl }).principalOf(token)).rejects.toBeInstanceOf(TokenRefusedError);
  });

  it('refuses a signature by another key than the one named', async () => {
    const { privateKey } = (await generateKeyPair('ES256')) as CryptoKeyPair;
    const token = await signed('ES256', 'elliptic', privateKey);
    await expect(verifier({ jwksUrl }).principalOf(token)).rejects.toBeInstanceOf(TokenRefusedError);
  });

  it('refuses junk without asking for the keys', async () => {
    Object.assign(answer, { status: 500 });
    await expect(verifier({ jwksUrl }).principalOf('aaaa.bbbb.cccc')).rejects.toBeInstanceOf(
      TokenRefusedError,
    );
  });

  it.each([
    ['answers 500', { status: 500, body: '{}' }],
    ['answers 404', { status: 404, body: '' }],
    ['redirects', { status: 302, body: '' }],
    ['answers no JSON', { status: 200, body: '<html>' }],
    ['answers no key set', { status: 200, body: '{"keys":"none"}' }],
  ])('judges no token while the issuer %s', async (_, failure) => {
    Object.assign(answer, failure);
    const token = await signed('RS256', 'rsa', rsa.privateKey);
    await expect(verifier({ jwksUrl }).principalOf(token)).rejects.toBeInstanceOf(KeysUnavailableError);
  });

  it('judges no token while the issuer cannot be reached', async () => {
    const gone = await serveKeys(answer);
    await new Promise((resolve) => gone.server.close(resolve));
    const token = await signed('RS256', 'rsa', rsa.privateKey);
    await expect(verifier(gone).principalOf(token)).rejects.toBeInstanceOf(KeysUnavailableError);
  });

  it('asks for the keys again when they could not be had', async () => {
    const tokens = verifier({ jwksUrl });
    const token = await signed('RS256', 'rsa', rsa.privateKey);
    Object.assign(answer, { status: 503 });
    await tokens.principalOf(token).catch(() => undefined);
    Object.assign(answer, { status: 200 });
    await expect(tokens.principalOf(token)).resolves.toMatchObject({ userId: 'user-1' });
  });
});

/** The same RSA key for the other padding: WebCrypto ties a key to one. */
async function asPss(key: CryptoKey): Promise<CryptoKey> {
  const jwk = await crypto.subtle.exportKey('jwk', key);
  const { alg: _, ...plain } = jwk;
  return crypto.subtle.importKey('jwk', plain, { name: 'RSA-PSS', hash: 'SHA-256' }, false, ['sign']);
}
