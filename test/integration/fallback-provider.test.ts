import { jest } from '@jest/globals';
import type { Misbehavior } from '../../packages/sandbox/sandbox.ts';
import { ReconciliationService } from '../../src/kyc/reconciliation/reconciliation.service.ts';
import { startGateway, type TestGateway, type User } from '../support/gateway.ts';

const FAILURES = 5;
const REST_MS = 10_000;

const FAULTS: readonly [string, Misbehavior][] = [
  ['is down', { status: 503 }],
  ['drops the connection', { disconnect: true }],
  ['answers garbage', { status: 201, body: '<html>' }],
  ['answers nothing', { status: 201, body: '' }],
  ['limits its calls', { status: 429 }],
  ['has lost its route', { status: 404, body: '<h1>Not found</h1>' }],
  ['rejects the credentials', { status: 401, body: '{"errors":[]}' }],
  ['rejects the request', { status: 422, body: '{"errors":[]}' }],
];

describe('With KYC_FALLBACK_PROVIDERS, the gateway', () => {
  let gateway: TestGateway;
  beforeEach(async () => {
    gateway = await startGateway({
      provider: 'persona',
      environment: { KYC_FALLBACK_PROVIDERS: 'onfido,veriff', KYC_MAX_ATTEMPTS: '3' },
    });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await gateway.close();
  });

  const start = async (user?: User) => {
    const { status, body } = await gateway.start(user ?? (await gateway.createUser()));
    return { status, provider: body['provider'] };
  };
  /** Moves the clocks past the open period of the circuit breaker. */
  const passRest = () => {
    const [now, performanceNow] = [Date.now(), performance.now()];
    jest.spyOn(Date, 'now').mockReturnValue(now + REST_MS);
    jest.spyOn(performance, 'now').mockReturnValue(performanceNow + REST_MS);
  };
  const metric = async (name: string) =>
    new RegExp(`${name} (\\d)`).exec(await (await fetch(`${gateway.url}/metrics`)).text())?.[1];
  const circuit = (provider: string) => metric(`kyc_provider_circuit_open\\{provider="${provider}"\\}`);
  const attemptsOf = (user: User): Promise<Record<string, unknown>[]> =>
    gateway.database.query('SELECT * FROM kyc_sessions WHERE user_id = $1 ORDER BY opened_at', [user.id]);
  const attemptsLeft = async (user: User) => (await gateway.status(user)).body['attempts_left'];
  const searchLost = async () => {
    await gateway.database.query(`UPDATE kyc_sessions SET next_read_at = now() WHERE phase = 'failed'`);
    await gateway.app.get(ReconciliationService).reconcile({ kind: 'due', now: new Date() });
  };

  it.each(FAULTS)(
    'gives the first user a session at the fallback if the first provider %s',
    async (_, how) => {
      gateway.sandbox.persona.misbehave(how);

      expect(await start()).toEqual({ status: 201, provider: 'onfido' });
      const isRefused = how.status === 401 || how.status === 422;
      const reason = isRefused ? 'refused' : 'unavailable';
      expect(await metric(`kyc_start_failovers_total\\{provider="persona",reason="${reason}"\\}`)).toBe('1');
      expect(gateway.logs()).toMatch(new RegExp(`"level":${isRefused ? 50 : 40}.*"kyc.start_failed_over"`));
    },
  );

  it('does not call a provider that keeps failing, and creates sessions there again when it recovers', async () => {
    gateway.sandbox.persona.misbehave({ status: 500 });
    // Persona retries a create once after a 5xx.
    for (let failed = 1; failed <= FAILURES; failed += 1) {
      expect(await start()).toEqual({ status: 201, provider: 'onfido' });
    }
    expect(await circuit('persona')).toBe('1');

    const calls = gateway.sandbox.persona.calls().length;
    expect(await start()).toEqual({ status: 201, provider: 'onfido' });
    expect(gateway.sandbox.persona.calls()).toHaveLength(calls);

    gateway.sandbox.persona.behave();
    passRest();
    expect(await start()).toEqual({ status: 201, provider: 'persona' });
    expect(await circuit('persona')).toBe('0');
  });

  it('tries the next fallback provider when the first fallback also fails', async () => {
    gateway.sandbox.persona.misbehave({ status: 500 });
    gateway.sandbox.onfido.misbehave({ status: 429 });
    expect(await start()).toEqual({ status: 201, provider: 'veriff' });
  });

  it('answers 503 if all providers fail and one of them may work later', async () => {
    gateway.sandbox.persona.misbehave({ status: 401 });
    gateway.sandbox.onfido.misbehave({ status: 503 });
    gateway.sandbox.veriff.misbehave({ status: 403 });
    expect(await gateway.start(await gateway.createUser())).toMatchObject({
      status: 503,
      body: { code: 'provider.unavailable' },
    });
  });

  it('keeps a user in their existing session', async () => {
    const { user, sessionId } = await gateway.openSession();
    gateway.sandbox.persona.misbehave({ status: 500 });
    for (let failed = 1; failed <= FAILURES; failed += 1) await start();

    expect(await gateway.start(user)).toMatchObject({ status: 503, body: { code: 'provider.unavailable' } });
    expect(await gateway.userRow(user)).toMatchObject({ kyc_session_id: sessionId });
  });

  it('applies webhooks of the fallback provider to its own sessions', async () => {
    gateway.sandbox.persona.misbehave({ status: 500 });
    const { user, sessionId } = await gateway.openSession();

    await gateway.sandbox.onfido.decide(sessionId, { outcome: 'approve' });
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'verified', kyc_provider: 'onfido' });
  });

  it('counts an attempt that may exist at the failed provider, and one that cannot exist does not count', async () => {
    const [unanswered, refused] = [await gateway.createUser(), await gateway.createUser()];
    gateway.sandbox.persona.misbehave({ disconnect: true });
    await start(unanswered);
    gateway.sandbox.persona.misbehave({ status: 503 });
    await start(refused);

    expect([await attemptsLeft(unanswered), await attemptsLeft(refused)]).toEqual([1, 2]);
  });

  it('asks the providers for no more sessions than KYC_MAX_ATTEMPTS, and keeps the last attempt to recover it', async () => {
    const user = await gateway.createUser();
    for (const provider of ['persona', 'onfido', 'veriff'] as const) {
      gateway.sandbox[provider].misbehave({ disconnect: true });
    }
    await gateway.database.query(
      `INSERT INTO kyc_sessions (user_id, provider, provider_session_id, phase, opened_at, ended_at, changed_at)
       SELECT $1, 'veriff', gen_random_uuid(), 'declined', now(), now(), now() FROM generate_series(1, 2)`,
      [user.id],
    );
    expect(await gateway.start(user)).toMatchObject({ status: 503, body: { code: 'provider.unavailable' } });
    expect(gateway.sandbox.onfido.calls()).toEqual([]);

    gateway.sandbox.persona.behave();
    expect(await start(user)).toEqual({ status: 201, provider: 'persona' });
  });

  it('finds the session that a failed provider created without an answer, so that it can be erased', async () => {
    await gateway.close();
    gateway = await startGateway({ provider: 'onfido', environment: { KYC_FALLBACK_PROVIDERS: 'veriff' } });
    const user = await gateway.createUser();
    const { onfido } = gateway.sandbox;
    // The applicant is created. The run is created, but the connection is dropped before the answer.
    onfido.misbehave({ delayMs: 300, times: 1 });
    const starting = start(user);
    while (onfido.calls().length === 0) await new Promise(setImmediate);
    onfido.misbehave({ disconnect: true });
    expect(await starting).toEqual({ status: 201, provider: 'veriff' });
    onfido.behave();
    const [orphan] = onfido.sessions();
    expect(orphan?.reference).toBe(user.id);
    expect(await attemptsOf(user)).toMatchObject([{ phase: 'failed', provider_session_id: null }, {}]);

    await searchLost();

    expect(await attemptsOf(user)).toMatchObject([
      { phase: 'failed', provider_session_id: orphan?.id, unanswered_at: null, next_read_at: null },
      { phase: 'open', provider: 'veriff' },
    ]);
    expect(await attemptsLeft(user)).toBe(3);
  });

  it('stops counting an attempt when two searches have found no session', async () => {
    await gateway.close();
    gateway = await startGateway({ provider: 'onfido', environment: { KYC_FALLBACK_PROVIDERS: 'veriff' } });
    const user = await gateway.createUser();
    gateway.sandbox.onfido.misbehave({ delayMs: 300, times: 1 });
    const starting = start(user);
    while (gateway.sandbox.onfido.calls().length === 0) await new Promise(setImmediate);
    gateway.sandbox.onfido.misbehave({ status: 201, body: 'garbage' });
    expect(await starting).toEqual({ status: 201, provider: 'veriff' });
    gateway.sandbox.onfido.behave();

    const left = [await attemptsLeft(user)];
    for (let search = 0; search < 2; search += 1) {
      await searchLost();
      left.push(await attemptsLeft(user));
    }
    expect(left).toEqual([3, 3, 4]);
  });
});
