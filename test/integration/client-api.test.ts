import { randomUUID } from 'node:crypto';
import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { whileDatabaseIsAway } from '../support/test-database.ts';

const WIDE = { RATE_LIMIT_START_USER: '1000/600', RATE_LIMIT_START_ADDRESS: '10000/600' };

describe.each(PROVIDER_NAMES)('The client API with %s', (provider) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({ provider, environment: WIDE });
  });
  afterAll(() => gateway.close());

  it('answers a start with 201, then 200 with the same session, then 409 once the user is verified', async () => {
    const user = await gateway.createUser();
    const first = await gateway.start(user);
    const second = await gateway.start(user);
    const sessionId = String(first.body['session_id']);
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body).toMatchObject({ session_id: sessionId, provider, kyc_status: 'pending' });
    expect(second.body['session_url'] ?? second.body['sdk_token']).toEqual(expect.any(String));

    await gateway.sandbox[provider].decide(sessionId, { outcome: 'approve' });
    expect(await gateway.start(user)).toMatchObject({ status: 409, body: { code: 'kyc.already_verified' } });
    expect(await gateway.status(user)).toMatchObject({
      status: 200,
      body: {
        kyc_status: 'verified',
        kyc_provider: provider,
        kyc_session_id: sessionId,
        next_action: 'none',
      },
    });
  });

  it('answers 409 to a start while the provider reviews', async () => {
    const { user, sessionId } = await gateway.openSession();
    await gateway.sandbox[provider].decide(sessionId, { outcome: 'review' });
    expect(await gateway.start(user)).toMatchObject({ status: 409, body: { code: 'kyc.in_review' } });
    expect((await gateway.status(user)).body).toMatchObject({ kyc_status: 'pending', next_action: 'wait' });
  });

  it('answers 502 to a start when the provider rejects the request of the gateway', async () => {
    gateway.sandbox[provider].misbehave({ status: 401, body: '{"error":"secret words"}', times: 1 });
    const answer = await gateway.start(await gateway.createUser());
    expect(answer).toMatchObject({ status: 502, body: { code: 'provider.refused' } });
    expect(JSON.stringify(answer.body)).not.toContain('secret words');
  });

  it.each([
    ['answers 429 with a hint', { status: 429, headers: { 'retry-after': '17', 'ratelimit-reset': '17' } }],
    ['answers 500', { status: 500 }],
    ['answers something that is not JSON', { status: 200, body: '<html>' }],
    ['answers JSON of an unexpected shape', { status: 200, body: '{}' }],
    ['closes the connection', { disconnect: true }],
  ])('answers 503 to a start when the provider %s', async (_what, how) => {
    gateway.sandbox[provider].misbehave({ ...how, times: 5 });
    const answer = await gateway.start(await gateway.createUser());
    gateway.sandbox[provider].behave();
    expect(answer).toMatchObject({ status: 503, body: { code: 'provider.unavailable' } });
    expect(answer.headers.get('retry-after')).toBe('headers' in how ? '17' : '10');
  });
});

describe('The client API', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({ environment: { ...WIDE, CORS_ORIGINS: 'https://app.example.com' } });
  });
  afterAll(() => gateway.close());

  it.each([
    ['no token', {}],
    ['garbage', { authorization: 'Bearer garbage' }],
    ['another scheme', { authorization: 'Basic dXNlcjpwYXNz' }],
    ['an unsigned token', { authorization: `Bearer ${unsigned({ sub: 'x', exp: 9_999_999_999 })}` }],
  ])('answers 401 to %s without giving the reason', async (_what, headers: Record<string, string>) => {
    for (const [method, path] of [
      ['POST', 'start-verification'],
      ['GET', 'status'],
    ] as const) {
      const response = await fetch(`${gateway.url}/api/kyc/${path}`, { method, headers });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toBe('Bearer');
      expect(await response.json()).toEqual({
        type: 'urn:problem:kyc:auth.token_invalid',
        title: 'A valid bearer token is required',
        status: 401,
        code: 'auth.token_invalid',
      });
    }
  });

  it('answers 401 to a token of another audience, of another issuer, or expired', async () => {
    const { issuer } = gateway.sandbox;
    const sub = (await gateway.createUser()).id;
    for (const options of [{ audience: 'other' }, { issuer: 'https://other' }, { expiresInSeconds: -60 }]) {
      const token = await issuer.tokenFor({ sub }, options);
      expect((await gateway.status({ token })).status).toBe(401);
    }
  });

  it.each([randomUUID(), 'not-a-uuid', "'; DROP TABLE users; --", '\u0000'])(
    'answers 404 to a token of the unknown user %j',
    async (sub) => {
      const token = await gateway.sandbox.issuer.tokenFor({ sub, email: 'a@example.com' });
      expect(await gateway.status({ token })).toMatchObject({ status: 404, body: { code: 'user.unknown' } });
      expect(await gateway.start({ token })).toMatchObject({ status: 404, body: { code: 'user.unknown' } });
    },
  );

  it('answers 400 to malformed JSON, 415 to another content type and 413 to a huge body', async () => {
    const user = await gateway.createUser();
    const post = (type: string, body: string) =>
      fetch(`${gateway.url}/api/kyc/start-verification`, {
        method: 'POST',
        headers: { authorization: `Bearer ${user.token}`, 'content-type': type },
        body,
      }).then((response) => response.status);
    expect(await post('application/json', '{')).toBe(400);
    expect(await post('application/json', '[]')).toBe(400);
    expect(await post('application/json', '{"__proto__":{"redirect_url":"x"}}')).toBe(400);
    expect(await post('text/plain', 'hello')).toBe(415);
    expect(await post('application/json', ' '.repeat(1024 * 1024 + 1))).toBe(413);
    expect(await post('application/json', '')).toBe(201);
  });

  it('answers 405 to an unsupported method and 404 to an unknown path', async () => {
    const get = await fetch(`${gateway.url}/api/kyc/start-verification`);
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
    expect((await fetch(`${gateway.url}/api/kyc/nothing`)).status).toBe(404);
  });

  it('answers 503 while the database is down, and works again afterwards', async () => {
    const user = await gateway.createUser();
    const answers = await whileDatabaseIsAway(gateway.databaseUrl, () =>
      Promise.all([gateway.status(user), gateway.start(user)]),
    );
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 503, body: { code: 'database.unavailable' } });
      expect(answer.headers.get('retry-after')).toBe('5');
    }
    expect((await gateway.start(user)).status).toBe(201);
  });

  it('shows a user nothing about other users', async () => {
    const { sessionId } = await gateway.openSession();
    const stranger = await gateway.createUser();
    const { body } = await gateway.status(stranger);
    expect(body).toEqual({
      kyc_status: 'not_verified',
      kyc_provider: null,
      kyc_session_id: null,
      kyc_rejection_reason: null,
      next_action: 'start',
      attempts_left: 5,
      updated_at: null,
    });
    expect((await gateway.start(stranger)).body['session_id']).not.toBe(sessionId);
  });

  it('allows cross-origin requests from the configured origins only', async () => {
    const preflight = async (origin: string) =>
      (
        await fetch(`${gateway.url}/api/kyc/status`, {
          method: 'OPTIONS',
          headers: {
            origin,
            'access-control-request-method': 'GET',
            'access-control-request-headers': 'authorization',
          },
        })
      ).headers.get('access-control-allow-origin');
    expect(await preflight('https://app.example.com')).toBe('https://app.example.com');
    expect(await preflight('https://evil.example.com')).toBeNull();
  });
});

describe('With USERS_FROM_TOKEN, the gateway', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({ environment: { ...WIDE, USERS_FROM_TOKEN: 'true' } });
  });
  afterAll(() => gateway.close());

  it('creates the row of a user once, however many first requests arrive', async () => {
    const user = { id: randomUUID(), email: 'first@example.com' };
    const token = await gateway.sandbox.issuer.tokenFor({ sub: user.id, email: user.email });
    const answers = await Promise.all([
      gateway.status({ token }),
      gateway.status({ token }),
      gateway.status({ token }),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await gateway.userRow(user)).toMatchObject({
      email: 'first@example.com',
      kyc_status: 'not_verified',
    });
    expect((await gateway.start({ token })).status).toBe(201);
  });

  it('creates no user without a mail address or with an id of the wrong type', async () => {
    for (const claims of [{ sub: randomUUID() }, { sub: 'not-a-uuid', email: 'a@example.com' }]) {
      const token = await gateway.sandbox.issuer.tokenFor(claims);
      expect(await gateway.start({ token })).toMatchObject({ status: 404, body: { code: 'user.unknown' } });
    }
  });
});

function unsigned(claims: object): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none' })}.${part(claims)}.`;
}
