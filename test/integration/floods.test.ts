import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { StallTimeoutClient } from '../../src/database/stall-timeout.client.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway, type TestGateway, WEBHOOK_PATH } from '../support/gateway.ts';

const ROUTES = [
  ['POST', '/api/kyc/start-verification'],
  ['GET', '/api/kyc/status'],
  ['GET', '/api/kyc/status/stream'],
  ['DELETE', '/api/kyc/data'],
] as const;
const EACH = 100;

/** Marks everything that a request causes, so that jobs in the same process are not counted. */
const request = new AsyncLocalStorage<true>();

/** Counts the SQL statements of requests on all connections of the application. */
function countStatements(gateway: TestGateway): { texts: string[]; stop(): void } {
  const texts: string[] = [];
  const { query } = StallTimeoutClient.prototype;
  StallTimeoutClient.prototype.query = function (this: StallTimeoutClient, ...args: unknown[]): never {
    if (request.getStore() === true) texts.push(String(args[0]));
    return query.apply(this, args);
  };
  const server = gateway.app.getHttpServer() as Server;
  const mark = () => request.enterWith(true);
  server.prependListener('request', mark);
  return {
    texts,
    stop: () => {
      StallTimeoutClient.prototype.query = query;
      server.off('request', mark);
    },
  };
}

describe('A flood of unauthenticated requests', () => {
  let gateway: TestGateway;
  let statements: ReturnType<typeof countStatements>;
  beforeAll(async () => {
    gateway = await startGateway({ environment: { RATE_LIMIT_START_ADDRESS: '5/600' } });
    statements = countStatements(gateway);
  });
  afterAll(async () => {
    statements.stop();
    await gateway.close();
  });

  const flood = async (path: string, init: RequestInit) =>
    new Set(
      await Promise.all(
        Array.from({ length: EACH }, async () => {
          const answer = await fetch(gateway.url + path, init);
          await answer.arrayBuffer();
          return answer.status;
        }),
      ),
    );
  const statusesAnd = async (path: string, init: RequestInit) => {
    statements.texts.length = 0;
    const statuses = await flood(path, init);
    return [[...statuses], statements.texts] as const;
  };

  it('counts statements correctly: a request with a valid token runs some', async () => {
    const user = await gateway.createUser();
    statements.texts.length = 0;
    await gateway.status(user);
    expect(statements.texts.length).toBeGreaterThan(0);
  });

  it.each(
    ROUTES.flatMap(([method, path]) => [
      [method, path, 'no token', undefined] as const,
      [method, path, 'garbage', 'Bearer garbage'] as const,
      [method, path, 'an unsigned token', `Bearer ${jwt({ alg: 'none' })}`] as const,
      [
        method,
        path,
        'a token under an unknown key',
        `Bearer ${jwt({ alg: 'RS256', kid: randomUUID() })}`,
      ] as const,
      [method, path, 'a token of another kind', 'Basic dXNlcjpwYXNz'] as const,
      [method, path, 'two tokens', 'Bearer a.b.c, Bearer a.b.c'] as const,
      [
        method,
        path,
        'a token that is too long',
        `Bearer ${'a'.repeat(5_000)}.${'b'.repeat(5_000)}.c`,
      ] as const,
    ]),
  )('runs no SQL statement: %s %s with %s', async (method, path, _, authorization) => {
    const headers: Record<string, string> = { 'idempotency-key': randomUUID() };
    if (authorization !== undefined) headers['authorization'] = authorization;
    expect(await statusesAnd(path, { method, headers })).toEqual([[401], []]);
  });

  it.each([
    ['no signature', {}],
    ['a malformed signature', { 'persona-signature': 'x' }],
    [
      'a wrong signature',
      { 'persona-signature': `t=${Math.floor(Date.now() / 1_000)},v1=${'0'.repeat(64)}` },
    ],
  ])('runs no SQL statement: webhooks with %s', async (_, headers: Record<string, string>) => {
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: '{"data":{}}',
    };
    expect(await statusesAnd(WEBHOOK_PATH, init)).toEqual([[401], []]);
  });

  it('does not use up the start limit of its address', async () => {
    expect((await gateway.start(await gateway.createUser())).status).toBe(201);
  });
});

describe('A flood of status requests', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  /** Makes every read of a status wait until the returned function is called. */
  async function blockReads(): Promise<() => Promise<void>> {
    const locking = gateway.database.createQueryRunner();
    await locking.startTransaction();
    await locking.query('LOCK TABLE users IN ACCESS EXCLUSIVE MODE');
    return async () => {
      await locking.rollbackTransaction();
      await locking.release();
    };
  }

  /** Resolves when this many further requests have arrived. */
  function arrivalOf(requests: number): Promise<void> {
    const server = gateway.app.getHttpServer() as Server;
    return new Promise((resolve) => {
      let count = 0;
      server.on('request', () => {
        count += 1;
        if (count === requests) resolve();
      });
    });
  }

  it('with one token shares reads', async () => {
    const user = await gateway.createUser();
    const unblock = await blockReads();
    const statements = countStatements(gateway);
    const arrived = arrivalOf(EACH);
    const answers = Array.from({ length: EACH }, () => gateway.status(user));
    await arrived;
    await unblock();
    expect(new Set((await Promise.all(answers)).map(({ status }) => status))).toEqual(new Set([200]));
    statements.stop();
    expect(statements.texts.length).toBeLessThan(EACH / 2);
  });

  it('of many users uses half of the connections, so that webhooks get the others', async () => {
    const users = await Promise.all(Array.from({ length: 20 }, () => gateway.createUser()));
    const waiting = async () => {
      const rows: object[] = await gateway.database.query(
        `SELECT FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'kyc-gateway' AND wait_event_type = 'Lock'`,
      );
      return rows.length;
    };
    const unblock = await blockReads();
    const arrived = arrivalOf(users.length);
    const reads = users.map((user) => gateway.status(user));
    await arrived;
    await eventually(async () => ((await waiting()) >= 2 ? true : undefined));
    // The pool of a test gateway has four connections.
    expect(await waiting()).toBe(2);
    await unblock();
    expect((await Promise.all(reads)).map(({ status }) => status)).toEqual(users.map(() => 200));
  });
});

function jwt(header: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ typ: 'JWT', ...header })}.${part({ sub: randomUUID(), exp: 9_999_999_999 })}.${'A'.repeat(40)}`;
}
