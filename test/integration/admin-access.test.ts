import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { ADMIN_USERS, createOperator, type Operator } from '../support/operator.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

const CALLS = [
  ['GET', ''],
  ['GET', '/ID'],
  ['POST', '/ID/override'],
  ['POST', '/ID/reconcile'],
  ['POST', '/ID/resend-mail'],
  ['DELETE', '/ID/data'],
  ['GET', '/../late-verdicts'],
  ['POST', '/../late-verdicts/1/accept'],
] as const;
const OF_A_USER = CALLS.filter(([, path]) => path.startsWith('/ID'));
const OVERRIDE = { status: 'verified', reason: 'seen at the branch' };
const bodyOf = (path: string) => (path.endsWith('override') ? OVERRIDE : undefined);

describe("The operators' API", () => {
  let gateway: TestGateway;
  let operator: Operator;
  beforeAll(async () => {
    gateway = await startGateway();
    operator = await createOperator(gateway);
  });
  afterAll(() => gateway.close());

  const call = async (method: string, path: string, headers: Record<string, string> = {}, body?: string) => {
    const id = randomUUID();
    const url = gateway.url + ADMIN_USERS + path.replace('ID', id);
    const response = await fetch(url, { method, headers, body: body ?? null });
    const problem = (await response.json()) as Record<string, unknown>;
    return { status: response.status, headers: response.headers, problem };
  };
  const asOperator = (method: string, path: string, body?: string) =>
    call(
      method,
      path,
      { authorization: `Bearer ${operator.token}`, 'content-type': 'application/json' },
      body,
    );

  it.each(CALLS)('answers 401 to %s %s without a token', async (method, path) => {
    expect(await call(method, path)).toMatchObject({ status: 401, problem: { code: 'auth.token_invalid' } });
  });

  it.each(CALLS)('answers 403 to %s %s with the token of a user', async (method, path) => {
    const { token } = await gateway.createUser();
    const { status, headers, problem } = await call(method, path, { authorization: `Bearer ${token}` });
    expect([status, problem]).toEqual([
      403,
      {
        type: 'urn:problem:kyc:auth.scope_missing',
        title: 'The token lacks the required scope',
        status: 403,
        code: 'auth.scope_missing',
      },
    ]);
    expect(headers.get('www-authenticate')).toBe('Bearer error="insufficient_scope"');
  });

  it.each(['openid', 'kyc:admins', 'kyc', 'KYC:ADMIN', 'kyc:admin:read', 'kyc:read kyc:write', ''])(
    'answers 403 to a token with the scope %j',
    async (scope) => {
      const other = await createOperator(gateway, scope);
      expect(await other.get('')).toMatchObject({ status: 403, body: { code: 'auth.scope_missing' } });
    },
  );

  it('accepts a token that holds the operator scope among others', async () => {
    const other = await createOperator(gateway, 'openid kyc:admin profile');
    expect((await other.get('')).status).toBe(200);
  });

  it('does not make an operator a user: the client API needs a row in users', async () => {
    expect(await gateway.status(operator)).toMatchObject({ status: 404, body: { code: 'user.unknown' } });
  });

  it.each(OF_A_USER)('answers 404 to %s %s for an unknown user, and writes nothing', async (method, path) => {
    const body = bodyOf(path);
    const answer = await asOperator(method, path, body === undefined ? undefined : JSON.stringify(body));
    expect(answer).toMatchObject({ status: 404, problem: { code: 'user.unknown' } });
    expect(await operator.entries()).toEqual([]);
  });

  it.each(['not-a-uuid', "';--", '%00', '%E2%82%AC', '4711', 'x'.repeat(255)])(
    'answers 404 to the malformed or unknown user id %s',
    async (id) => {
      for (const [method, path] of OF_A_USER) {
        const body = bodyOf(path);
        const answer = await asOperator(
          method,
          path.replace('ID', id),
          body === undefined ? undefined : JSON.stringify(body),
        );
        expect([path, answer]).toMatchObject([path, { status: 404, problem: { code: 'user.unknown' } }]);
      }
    },
  );

  it.each([
    ['POST', '', 'GET, HEAD'],
    ['DELETE', '/ID', 'GET, HEAD'],
    ['GET', '/ID/override', 'POST'],
    ['DELETE', '/ID/reconcile', 'POST'],
    ['GET', '/ID/resend-mail', 'POST'],
    ['POST', '/ID/data', 'DELETE'],
    ['POST', '/../late-verdicts', 'GET, HEAD'],
    ['GET', '/../late-verdicts/1/accept', 'POST'],
  ])('answers 405 to the unsupported request %s %s', async (method, path, allow) => {
    const { status, headers, problem } = await asOperator(method, path);
    expect([status, problem['code'], headers.get('allow')]).toEqual([
      405,
      'request.method_not_allowed',
      allow,
    ]);
  });

  it('answers 404 to an unknown path', async () => {
    for (const path of ['/ID/nothing', '/ID/override/more', '/ID/data/more']) {
      expect([path, await asOperator('PUT', path)]).toMatchObject([
        path,
        { problem: { code: 'request.not_found' } },
      ]);
    }
  });

  it.each(['/ID/reconcile', '/ID/resend-mail'])(
    'answers 400 to an unknown body field in POST %s',
    async (path) => {
      for (const body of ['{"user_id":"1"}', '1', '"text"', '[]', '{']) {
        expect([body, (await asOperator('POST', path, body)).status]).toEqual([body, 400]);
      }
    },
  );

  it('answers 400 to an unknown body field in an erasure request', async () => {
    expect(await asOperator('DELETE', '/ID/data', '{"really":true}')).toMatchObject({
      status: 400,
      problem: { code: 'request.invalid' },
    });
  });

  it('answers 415 to a body that is not JSON', async () => {
    const headers = { authorization: `Bearer ${operator.token}`, 'content-type': 'text/plain' };
    expect((await call('POST', '/ID/override', headers, 'verified')).status).toBe(415);
  });

  it('documents its routes as requiring the operator scope', async () => {
    const document = (await (await fetch(`${gateway.url}/docs/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { tags: string[]; security: object[] }>>;
    };
    const ofOperators = Object.entries(document.paths)
      .filter(([path]) => path.startsWith('/api/admin/'))
      .flatMap(([, operations]) => Object.values(operations));
    expect(ofOperators).toHaveLength(CALLS.length);
    for (const { tags, security } of ofOperators) {
      expect([tags, security]).toEqual([['Operators'], [{ operator: [] }]]);
    }
  });
});

describe("The operators' API with integer user ids", () => {
  let database: TestDatabase;
  let gateway: TestGateway;
  let operator: Operator;
  beforeAll(async () => {
    database = await createTestDatabase({ isEmpty: true });
    const client = new Client(database.url);
    await client.connect();
    await client.query(`CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL);
      INSERT INTO users SELECT n, n || '@example.com' FROM generate_series(1, 30) AS n`);
    await client.end();
    gateway = await startGateway({ databaseUrl: database.url });
    operator = await createOperator(gateway);
  });
  afterAll(async () => {
    await gateway.close();
    await database.drop();
  });

  it('lists users in numeric order of their ids', async () => {
    const ids: unknown[] = [];
    let path = '?limit=7&status=not_verified';
    for (let next: unknown = ''; next !== null; path = `?limit=7&status=not_verified&after=${String(next)}`) {
      const { body } = await operator.get(path);
      ids.push(...(body['users'] as { user_id: string }[]).map((user) => user.user_id));
      next = body['next'];
    }
    expect(ids).toEqual(Array.from({ length: 30 }, (_, n) => String(n + 1)));
  });

  it('overrides the status of a user in any spelling of the number', async () => {
    const token = await gateway.sandbox.issuer.tokenFor({ sub: '7' });
    await gateway.start({ token });
    expect(await operator.post('/007/override', OVERRIDE)).toMatchObject({
      status: 200,
      body: { user_id: '7', kyc_status: 'verified' },
    });
    expect(await operator.post('/8/reconcile')).toMatchObject({ status: 200, body: { sessions: [] } });
    expect(await operator.entries()).toMatchObject([{ provider: 'persona' }, { reference: '8' }]);
  });

  it.each(['jane', '99999999999999999999', '1.5', randomUUID()])(
    'answers 404 to the id %s, which is not an integer id',
    async (id) => {
      expect(await operator.get(`/${id}`)).toMatchObject({ status: 404, body: { code: 'user.unknown' } });
    },
  );
});
