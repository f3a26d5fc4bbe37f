import { ReconciliationService } from '../../src/kyc/reconciliation/reconciliation.service.ts';
import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import type { ProviderName } from '../../packages/sandbox/sandbox.ts';
import { startGateway, type TestGateway, type User } from '../support/gateway.ts';

const JSON_404 = {
  status: 404,
  body: '{"message":"Not Found"}',
  headers: { 'content-type': 'application/json' },
};
const PAGE_404 = { status: 404, body: '<h1>Maintenance</h1>', headers: { 'content-type': 'text/html' } };

describe.each(PROVIDER_NAMES)('The gateway asks %s before it ends a session', (provider: ProviderName) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({ provider, environment: { RATE_LIMIT_START_ADDRESS: '10000/600' } });
    // Webhooks go to a port where nothing listens.
    gateway.sandbox.deliverTo('http://127.0.0.1:1/lost');
  });
  afterAll(() => gateway.close());
  beforeEach(() => gateway.sandbox[provider].behave());

  const attemptsOf = (user: User): Promise<Record<string, unknown>[]> =>
    gateway.database.query('SELECT * FROM kyc_sessions WHERE user_id = $1 ORDER BY opened_at', [user.id]);
  const sessionsOf = (user: User) =>
    gateway.sandbox[provider].sessions().filter(({ reference }) => reference === user.id);
  const lapse = (user: User) =>
    gateway.database.query(
      `UPDATE kyc_sessions SET expires_at = now() - interval '1 minute', next_read_at = now() WHERE user_id = $1`,
      [user.id],
    );
  /** Moves the first 404 ten minutes into the past. */
  const passMinutes = (user: User) =>
    gateway.database.query(
      `UPDATE kyc_sessions SET not_found_at = not_found_at - interval '10 minutes',
              changed_at = changed_at - interval '20 minutes', next_read_at = now() WHERE user_id = $1`,
      [user.id],
    );
  const reconcile = ({ id }: User) =>
    gateway.app.get(ReconciliationService).reconcile({ kind: 'user', userId: id });

  it.each([
    ['approve', 'kyc.already_verified'],
    ['review', 'kyc.in_review'],
  ] as const)(
    'so a start after the expiry creates no second session if the provider answers %s',
    async (outcome, code) => {
      const { user, sessionId } = await gateway.openSession();
      await gateway.sandbox[provider].decide(sessionId, { outcome });
      await lapse(user);

      expect(await gateway.start(user)).toMatchObject({ status: 409, body: { code } });
      expect(sessionsOf(user)).toHaveLength(1);
    },
  );

  it('so a start after the expiry is 503 while the provider cannot be reached', async () => {
    const { user } = await gateway.openSession();
    await lapse(user);
    gateway.sandbox[provider].misbehave({ status: 503 });

    expect(await gateway.start(user)).toMatchObject({ status: 503, body: { code: 'provider.unavailable' } });
    expect(await attemptsOf(user)).toMatchObject([{ phase: 'open' }]);
    gateway.sandbox[provider].behave();
    expect((await gateway.start(user)).status).toBe(201);
    expect(await attemptsOf(user)).toMatchObject([{ phase: 'expired' }, { phase: 'open' }]);
  });

  it.each([
    ['open', async () => undefined],
    ['expired', lapse],
  ])('and does not believe one 404 about an %s session', async (_state, prepare) => {
    const { user, sessionId } = await gateway.openSession();
    gateway.sandbox[provider].misbehave(JSON_404);
    await prepare(user);

    const { status, headers, body } = await gateway.start(user);
    expect({ status, body }).toMatchObject({ status: 503, body: { code: 'provider.unavailable' } });
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(60);
    expect((await gateway.start(user)).status).toBe(503);
    await reconcile(user);
    expect(await attemptsOf(user)).toMatchObject([{ phase: 'open', provider_session_id: sessionId }]);
  });

  it('and resumes the same session after a 404 of a moment', async () => {
    const { user, sessionId } = await gateway.openSession();
    gateway.sandbox[provider].misbehave({ ...JSON_404, times: 1 });
    expect((await gateway.start(user)).status).toBe(503);

    expect(await gateway.start(user)).toMatchObject({ status: 200, body: { session_id: sessionId } });
    expect(await attemptsOf(user)).toMatchObject([{ phase: 'open', not_found_at: null }]);
  });

  it('and creates a new session if it answers 404 again some minutes later', async () => {
    const { user, sessionId } = await gateway.openSession();
    gateway.sandbox[provider].misbehave(JSON_404);
    expect((await gateway.start(user)).status).toBe(503);
    await passMinutes(user);
    // The resume, and the read that confirms it.
    gateway.sandbox[provider].misbehave({ ...JSON_404, times: 2 });

    const again = await gateway.start(user);
    expect(again.status).toBe(201);
    expect(again.body['session_id']).not.toBe(sessionId);
    expect(await attemptsOf(user)).toMatchObject([{ phase: 'abandoned' }, { phase: 'open' }]);
    expect(gateway.logs()).toContain('"event":"kyc.session_not_found"');
  });

  it('and reconciliation ends an expired session only after the second 404', async () => {
    const { user } = await gateway.openSession();
    await lapse(user);
    gateway.sandbox[provider].misbehave(JSON_404);
    await reconcile(user);
    expect(await attemptsOf(user)).toMatchObject([{ phase: 'open' }]);

    await passMinutes(user);
    await reconcile(user);
    expect(await attemptsOf(user)).toMatchObject([{ phase: 'expired' }]);
  });

  it('and takes a 404 page of a proxy for an outage', async () => {
    const { user } = await gateway.openSession();
    gateway.sandbox[provider].misbehave(PAGE_404);
    expect(await gateway.start(user)).toMatchObject({ status: 503, body: { code: 'provider.unavailable' } });
    await passMinutes(user);
    expect((await gateway.start(user)).status).toBe(503);
    expect(await attemptsOf(user)).toMatchObject([{ phase: 'open', not_found_at: null }]);
    expect(await gateway.start(await gateway.createUser())).toMatchObject({ status: 503 });
  });
});
