import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jest } from '@jest/globals';
import { exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { outboundAgent } from '../common/outbound-agent.ts';
import { type RemoteKeys, remoteKeys } from './remote-keys.ts';

const MINUTE_MS = 60_000;
const TWO_DAYS_S = 172_800;

describe('The public keys of the token issuer', () => {
  let pair: CryptoKeyPair;
  let keySet: string;
  let server: Server;
  /** Changes the response of the issuer. */
  let response: { status: number; body: string };
  let reads: number;
  let failedRefreshes: number;
  let now: number;
  let verify: (kid?: string) => Promise<unknown>;
  let keys: RemoteKeys;

  beforeAll(async () => {
    pair = (await generateKeyPair('ES256')) as CryptoKeyPair;
    keySet = JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'first' }] });
    server = createServer((_, reply) => {
      reads += 1;
      reply.writeHead(response.status).end(response.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => server.close());

  beforeEach(() => {
    response = { status: 200, body: keySet };
    reads = 0;
    failedRefreshes = 0;
    now = Date.now();
    jest.spyOn(Date, 'now').mockImplementation(() => now);
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    keys = remoteKeys(url, outboundAgent(), () => (failedRefreshes += 1));
    verify = async (kid = 'first') => {
      const token = await new SignJWT({ exp: Math.floor(now / 1_000) + TWO_DAYS_S })
        .setProtectedHeader({ alg: 'ES256', kid })
        .sign(pair.privateKey);
      return jwtVerify(token, keys);
    };
  });
  afterEach(() => jest.restoreAllMocks());

  const passMinutes = (minutes: number) => (now += minutes * MINUTE_MS);
  /** A refresh runs in the background. */
  const until = async (isTrue: () => Promise<boolean> | boolean) => {
    while (!(await isTrue())) await new Promise(setImmediate);
  };

  it('are read once for many tokens', async () => {
    await Promise.all([verify(), verify(), verify()]);
    await verify();
    expect(reads).toBe(1);
  });

  it('can be read before the first token', async () => {
    await expect(keys.read()).resolves.toHaveLength(1);
    await verify();
    expect(reads).toBe(1);
  });

  it('are read by the first token at once if the read before it failed', async () => {
    response.status = 503;
    await expect(keys.read()).rejects.toThrow();
    response.status = 200;
    await expect(verify()).resolves.toBeDefined();
  });

  it('are read again a few seconds after the issuer failed', async () => {
    response.status = 503;
    await expect(verify()).rejects.toThrow();
    response.status = 200;
    passMinutes(0.1);
    await expect(verify()).resolves.toBeDefined();
  });

  it('are not read again within a moment after the issuer failed', async () => {
    response.status = 503;
    for (let time = 0; time < 3; time += 1) await expect(verify()).rejects.toThrow();
    expect(reads).toBe(1);
  });

  it.each([
    ['returns an error', { status: 503 }],
    ['returns a text that is not a key set', { body: '<html>' }],
  ])('stay usable for a day while the issuer %s', async (_, failure) => {
    await verify();
    Object.assign(response, failure);
    for (const minutes of [11, 60, 22 * 60]) {
      passMinutes(minutes);
      const failedBefore = failedRefreshes;
      await expect(verify()).resolves.toBeDefined();
      await until(() => failedRefreshes > failedBefore);
    }
    passMinutes(60);
    await expect(verify()).rejects.toThrow();
  });

  it('include a new key of the issuer as soon as a token names it', async () => {
    await verify();
    passMinutes(1);
    response.body = keySet.replace('first', 'second');
    await expect(verify('second')).resolves.toBeDefined();
  });

  it('do not include a withdrawn key after the next refresh', async () => {
    await verify();
    response.body = '{"keys":[]}';
    passMinutes(11);
    await until(async () => (await verify().catch(() => null)) === null);
    await expect(verify()).rejects.toThrow('no applicable key');
  });
});
