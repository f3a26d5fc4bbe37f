import fc from 'fast-check';
import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import { complaintsAbout, ROUTES, type Route } from '../support/documented.ts';
import { memoryInUse, requestBytes, runs, sendRaw } from '../support/fuzzing.ts';
import { startGateway, type TestGateway, type User, WEBHOOK_PATH } from '../support/gateway.ts';
import {
  addresses,
  bodies,
  brokenRequests,
  headers,
  MARKER,
  tokenCharacter,
} from '../support/malformed-requests.ts';

type Headers = readonly (readonly [string, string])[];

const JSON_TYPE = ['content-type', 'application/json'] as const;
const MARKED = ['x-marked', MARKER] as const;
/** Node's own answers to requests that its HTTP parser rejects. They have no body. */
const OF_NODE = [400, 408, 413, 417, 431];
/** The statuses of requests that reach no route. */
const NO_ROUTE = [404, 405, 415, ...OF_NODE];

const routeTo = (path: string): Route => {
  const route = ROUTES.find((candidate) => candidate.path === path);
  if (route === undefined) throw new Error(`${path} is no route`);
  return route;
};
const START = routeTo('/api/kyc/start-verification');
const WEBHOOK = routeTo(WEBHOOK_PATH);

let gateway: TestGateway;
let user: User;
beforeAll(async () => {
  const many = '1000000/600';
  const environment = { LOG_LEVEL: 'fatal', RATE_LIMIT_START_USER: many, RATE_LIMIT_START_ADDRESS: many };
  gateway = await startGateway({ environment });
});
beforeEach(async () => {
  user = await gateway.createUser();
});
afterEach(async () => {
  const verified = await gateway.database.query(`SELECT id FROM users WHERE kyc_status = 'verified'`);
  expect(verified).toEqual([]);
});
afterAll(() => gateway.close());

const send = (method: string, path: string, sent: Headers, body: Buffer | null = null) =>
  sendRaw(gateway.url, requestBytes(method, path, sent, body));
const bearer = (token = user.token) => ['authorization', `Bearer ${token}`] as const;

describe('The gateway under random input', () => {
  it.each(ROUTES)(
    'returns a documented response to random headers at $method $path',
    async ({ method, path, statuses }) => {
      const property = fc.asyncProperty(headers, fc.boolean(), async (sent, isLoggedIn) => {
        const login = isLoggedIn ? [bearer()] : [];
        const body = method === 'POST' ? Buffer.from(`{"${MARKER}":1}`) : null;
        const answer = await send(method, path, [...login, MARKED, ...sent], body);
        expect(complaintsAbout(answer, [...statuses, ...OF_NODE], MARKER)).toEqual([]);
      });
      await fc.assert(property, runs(60));
    },
  );

  it('returns a documented response to random paths', async () => {
    const method = fc.constantFrom('GET', 'POST');
    const property = fc.asyncProperty(addresses(ROUTES), method, async (address, verb) => {
      const path = address.includes('?') ? `${address}&m=${MARKER}` : `${address}${MARKER}`;
      expect(complaintsAbout(await send(verb, path, []), [200, 401, ...NO_ROUTE], MARKER)).toEqual([]);
    });
    await fc.assert(property, runs(200));
  });

  it('returns a documented response to random query strings', async () => {
    const property = fc.asyncProperty(
      fc.constantFrom(...ROUTES),
      fc.webQueryParameters(),
      async (route, query) => {
        const answer = await send(route.method, `${route.path}?m=${MARKER}&${query}`, [bearer()]);
        expect(complaintsAbout(answer, route.statuses, MARKER)).toEqual([]);
      },
    );
    await fc.assert(property, runs(100));
  });

  it('returns a documented response to random methods', async () => {
    const known = ['HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'PROPFIND', 'QUERY', 'LINK', 'get'];
    const word = fc.string({ unit: tokenCharacter, minLength: 1, maxLength: 9 });
    const path = fc.constantFrom(...ROUTES.map((route) => route.path), '/', '/nothing', '*');
    const method = fc.oneof(fc.constantFrom(...known), word);
    const property = fc.asyncProperty(method, path, headers, async (verb, where, sent) => {
      const answer = await send(verb, where, [MARKED, ...sent]);
      const ofRoute = ROUTES.some((route) => route.path === where) ? [200, 401] : [];
      expect(complaintsAbout(answer, [204, ...ofRoute, ...NO_ROUTE], MARKER)).toEqual([]);
    });
    await fc.assert(property, runs(200));
  });

  it('returns a documented response to bytes that are almost HTTP', async () => {
    const good = requestBytes('POST', WEBHOOK_PATH, [JSON_TYPE, MARKED], Buffer.from('{}'));
    const property = fc.asyncProperty(brokenRequests(good), async (bytes) => {
      const answer = await sendRaw(gateway.url, bytes, false);
      // 0 stands for an incomplete request, which gets no response.
      expect(complaintsAbout(answer, [0, 401, ...NO_ROUTE], MARKER)).toEqual([]);
    });
    await fc.assert(property, runs(150));
  });

  it('returns a documented response to random request bodies of a user', async () => {
    const property = fc.asyncProperty(bodies, headers, async (body, sent) => {
      const others = sent.filter(([name]) => name !== 'authorization');
      const answer = await send(START.method, START.path, [bearer(), JSON_TYPE, ...others], body);
      expect(complaintsAbout(answer, [...START.statuses, ...OF_NODE], MARKER)).toEqual([]);
    });
    await fc.assert(property, runs(120));
  });

  it.each(PROVIDER_NAMES)(
    'returns a documented response to random bodies with a valid signature of %s',
    async (provider) => {
      const property = fc.asyncProperty(bodies, async (body) => {
        const signed = Object.entries(gateway.sandbox[provider].sign(body));
        const answer = await send(WEBHOOK.method, WEBHOOK.path, signed, body);
        expect(complaintsAbout(answer, WEBHOOK.statuses, MARKER)).toEqual([]);
      });
      await fc.assert(property, runs(60));
    },
  );

  it('returns a documented response to bodies with a wrong content length and to chunked bodies', async () => {
    const { persona } = gateway.sandbox;
    const framing = fc.oneof(
      fc.integer({ min: -3, max: 40 }).map((length) => ['content-length', String(length)] as const),
      fc
        .constantFrom('chunked', 'gzip, chunked', 'chunked, chunked', 'identity', MARKER)
        .map((coding) => ['transfer-encoding', coding] as const),
    );
    const body = fc.constantFrom(
      '2\r\n{}\r\n0\r\n\r\n',
      '{}',
      'ffffffffffffffff\r\n{}',
      '2;x=y\r\n{}\r\n0\r\nt: u\r\n\r\n',
      '-1\r\n\r\n',
    );
    const property = fc.asyncProperty(framing, body, async (frame, content) => {
      const head = requestBytes(WEBHOOK.method, WEBHOOK.path, [...Object.entries(persona.sign('{}')), frame]);
      const answer = await sendRaw(gateway.url, Buffer.concat([head, Buffer.from(content)]), false);
      expect(complaintsAbout(answer, [0, ...WEBHOOK.statuses], MARKER)).toEqual([]);
    });
    await fc.assert(property, runs(40));
  });
});

describe('The memory of the gateway', () => {
  it('keeps its memory use flat while requests are rejected', async () => {
    const { persona } = gateway.sandbox;
    const huge = Buffer.alloc(1024 * 1024, ' ');
    const signed = (body: Buffer) => send('POST', WEBHOOK_PATH, Object.entries(persona.sign(body)), body);
    const flood = async () => {
      for (let round = 0; round < 25; round += 1) {
        await Promise.all([
          send('GET', `/api/kyc/status?${round}`, [bearer(`a.b.${round}`)]),
          send('GET', `/nothing/${round}`, [['x-request-id', `request-${round}`]]),
          send('POST', START.path, [bearer(), JSON_TYPE], Buffer.from(`{"${MARKER}${round}":1}`)),
          send('POST', WEBHOOK_PATH, [JSON_TYPE, ['x-sha2-signature', 'a'.repeat(64)]], Buffer.from('{}')),
          signed(Buffer.from(`{"round":${round}}`)),
          signed(huge),
        ]);
      }
    };
    await flood();
    const before = memoryInUse();
    await flood();
    await flood();
    // Measured: no growth after 300 requests with 50 MiB of bodies. If bodies leaked, growth exceeds the bound six
    // times.
    expect(memoryInUse() - before).toBeLessThan(8 * 1024 * 1024);
  });

  it('does not keep a status stream for a HEAD request', async () => {
    for (let count = 0; count < 9; count += 1) await send('HEAD', '/api/kyc/status/stream', [bearer()]);
    expect(await send('GET', '/api/kyc/status/stream', [bearer()])).toMatchObject({ status: 200 });
  });
});
