import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair } from 'jose';
import type { WrongEnvironment, Surroundings, Variables } from './wrong-environment.ts';

export const WRONG_TOKEN: WrongEnvironment[] = [
  {
    title: 'a key set that cannot be read',
    build: () => ({ AUTH_JWKS_URL: 'http://127.0.0.1:2/jwks.json' }),
    check: 'token keys',
    remedy: /ECONNREFUSED.*\. Set AUTH_JWKS_URL to the jwks_uri of the token issuer/,
  },
  {
    title: 'a page that is no key set',
    build: ({ sandbox }) => ({ AUTH_JWKS_URL: `${sandbox.url}/sandbox` }),
    check: 'token keys',
    remedy: /Set AUTH_JWKS_URL/,
  },
  {
    title: 'a key set whose keys are for other algorithms',
    build: (around) =>
      serveKeys(around, [
        { kty: 'EC', crv: 'secp256k1', alg: 'ES256K', x: 'AA', y: 'AA' },
        { kty: 'oct', k: 'c2VjcmV0' },
      ]),
    check: 'token keys',
    remedy: /no key for RS256, .* \(a key is for ES256K; a key is for oct\)\. Set AUTH_JWKS_URL/,
  },
  {
    title: 'a key set whose only key is for encryption',
    async build(around) {
      const { publicKey } = await generateKeyPair('ES256');
      return serveKeys(around, [{ ...(await exportJWK(publicKey)), use: 'enc' }]);
    },
    check: 'token keys',
    remedy: /a key is for encryption/,
  },
  {
    title: 'a token secret that is the placeholder',
    build: () => ({ AUTH_JWT_SECRET: 'replace-me-replace-me-replace-me-replace-me' }),
    check: 'token secrets',
    remedy: /Replace it with a random one, such as the output of: openssl rand/,
  },
];

async function serveKeys({ cleanUp }: Surroundings, keys: object[]): Promise<Variables> {
  const server = createServer((_, response) => response.end(JSON.stringify({ keys })));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp(() => server.close());
  return { AUTH_JWKS_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json` };
}
