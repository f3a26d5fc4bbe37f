import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import { ReconciliationService } from '../../src/kyc/reconciliation/reconciliation.service.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway, type TestGateway, type User } from '../support/gateway.ts';
import { harnessOf } from '../contracts/harnesses.ts';

describe.each(PROVIDER_NAMES)('Reconciliation of a lost webhook of %s', (provider) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({ provider });
    // Webhooks go to a port where nothing listens.
    gateway.sandbox.deliverTo('http://127.0.0.1:1/lost');
  });
  afterAll(() => gateway.close());
  beforeEach(() => gateway.sandbox[provider].behave());

  const reconcile = () => gateway.app.get(ReconciliationService).reconcile({ kind: 'due', now: new Date() });
  /** Moves the user's session back in time by the interval. */
  const wait = (user: User, interval: string) =>
    gateway.database.query(
      `UPDATE kyc_sessions SET next_read_at = next_read_at - $2::interval, expires_at = expires_at - $2::interval,
              changed_at = changed_at - $2::interval, opened_at = opened_at - $2::interval
       WHERE user_id = $1 AND ended_at IS NULL`,
      [user.id, interval],
    );
  const sessionOf = async (user: User) => {
    const rows: Record<string, unknown>[] = await gateway.database.query(
      'SELECT * FROM kyc_sessions WHERE user_id = $1 ORDER BY opened_at DESC, ended_at NULLS FIRST',
      [user.id],
    );
    return rows[0] ?? {};
  };
  /** The provider decides, and the delivery of its webhooks fails. */
  const decide = (sessionId: string, outcome: 'submit' | 'approve' | 'start') =>
    gateway.sandbox[provider].decide(sessionId, { outcome });

  it('reads the verdict, records it like any event and notifies the user once', async () => {
    const { user, sessionId } = await gateway.openSession();
    await decide(sessionId, 'approve');
    expect(await reconcile()).toEqual([]);

    await wait(user, '16 minutes');
    expect(await reconcile()).toMatchObject([
      { sessionId, before: 'open', after: 'approved', result: 'moved' },
    ]);

    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'verified' });
    expect(await gateway.events(sessionId)).toMatchObject([{ source: 'poll', outcome: 'approved' }]);
    await gateway.sandbox.mailbox.waitFor((mail) => mail.to.includes(user.email));
    expect(await reconcile()).toEqual([]);
    expect(gateway.sandbox.mailbox.messages().filter((mail) => mail.to.includes(user.email))).toHaveLength(1);
  });

  it('reads an unchanged session less and less often and adds no second ledger entry', async () => {
    const { user, sessionId } = await gateway.openSession();
    const pauses: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      await wait(user, `${16 * 2 ** round} minutes`);
      await reconcile();
      const { next_read_at: next } = await sessionOf(user);
      pauses.push(Math.round(((next as Date).getTime() - Date.now()) / 60_000));
    }
    expect(pauses).toEqual([30, 60, 120]);
    expect((await gateway.events(sessionId)).length).toBeLessThanOrEqual(1);
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'pending' });
    await wait(user, '60 days');
    await reconcile();
  });

  it('expires an unfinished session, and the user can start again', async () => {
    const { user, sessionId } = await gateway.openSession();
    await wait(user, '8 days');

    await reconcile();

    expect(await sessionOf(user)).toMatchObject({ phase: 'expired', next_read_at: null });
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'not_verified' });
    const again = await gateway.start(user);
    expect(again.status).toBe(201);
    expect(again.body['session_id']).not.toBe(sessionId);
    await wait(user, '60 days');
    await reconcile();
  });

  it('does not expire a session while its provider is unavailable', async () => {
    const { user, sessionId } = await gateway.openSession();
    await decide(sessionId, 'approve');
    await wait(user, '8 days');
    gateway.sandbox[provider].misbehave({ status: 503 });
    expect(await reconcile()).toMatchObject([{ result: 'unavailable', before: 'open', after: 'open' }]);

    gateway.sandbox[provider].behave();
    await wait(user, '1 hour');
    await reconcile();
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'verified' });
  });

  /** The provider executes the create, but its response is lost. It can be the second of two calls. */
  async function startWithoutAnswer(user: User): Promise<void> {
    const emulator = gateway.sandbox[provider];
    const calls = emulator.calls().length;
    if (harnessOf(provider).createCalls > 1) emulator.misbehave({ delayMs: 200, times: 1 });
    else emulator.misbehave({ disconnect: true });
    const starting = gateway.start(user);
    await eventually(async () => (emulator.calls().length > calls ? true : undefined));
    emulator.misbehave({ disconnect: true });
    expect((await starting).status).toBe(503);
    emulator.behave();
  }

  it('closes or recovers a start that a crash interrupted', async () => {
    const user = await gateway.createUser();
    await startWithoutAnswer(user);
    expect(await sessionOf(user)).toMatchObject({ phase: 'opening', ended_at: null });

    await reconcile();

    if (harnessOf(provider).recovery === 'none') {
      expect(await sessionOf(user)).toMatchObject({ phase: 'failed' });
      expect((await gateway.start(user)).status).toBe(201);
      expect((await gateway.status(user)).body).toMatchObject({ attempts_left: 3 });
      return;
    }
    const sessionId = (await sessionOf(user))['provider_session_id'];
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'pending', kyc_session_id: sessionId });
    const mine = gateway.sandbox[provider].sessions().filter(({ reference }) => reference === user.id);
    expect(mine.map(({ id }) => id)).toEqual([sessionId]);
    expect(await gateway.start(user)).toMatchObject({ status: 200, body: { session_id: sessionId } });
  });
});

describe('Reconciliation', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({ provider: 'persona' });
    gateway.sandbox.deliverTo('http://127.0.0.1:1/lost');
  });
  afterAll(() => gateway.close());

  it('runs every minute as a scheduled job on one replica at a time', async () => {
    const [schedule] = await gateway.database.query(`SELECT name, cron FROM kyc_jobs.schedule`);
    expect(schedule).toEqual({ name: 'reconciliation', cron: '* * * * *' });
    const [queue] = await gateway.database.query(
      `SELECT policy FROM kyc_jobs.queue WHERE name = 'reconciliation'`,
    );
    expect(queue).toEqual({ policy: 'exclusive' });

    const { user, sessionId } = await gateway.openSession();
    await gateway.sandbox.persona.decide(sessionId, { outcome: 'approve' });
    await gateway.database.query(`UPDATE kyc_sessions SET next_read_at = now() WHERE user_id = $1`, [
      user.id,
    ]);
    // Does what the schedule does every minute.
    await gateway.database.query(
      `INSERT INTO kyc_jobs.job (name, data, policy) VALUES ('reconciliation', '{}', 'exclusive')`,
    );
    await eventually(async () =>
      (await gateway.userRow(user))['kyc_status'] === 'verified' ? true : undefined,
    );
  });

  it('pauses calls to a provider that answers 429 and continues later', async () => {
    const opened = await Promise.all(Array.from({ length: 6 }, () => gateway.openSession()));
    await gateway.database.query(`UPDATE kyc_sessions SET next_read_at = now() WHERE ended_at IS NULL`);
    gateway.sandbox.persona.misbehave({ status: 429, headers: { 'retry-after': '7' } });
    const reconcile = () =>
      gateway.app.get(ReconciliationService).reconcile({ kind: 'due', now: new Date() });
    const calls = gateway.sandbox.persona.calls().length;

    expect(await reconcile()).toMatchObject([{ result: 'unavailable' }]);
    gateway.sandbox.persona.behave();
    expect(await reconcile()).toEqual([]);
    expect(gateway.sandbox.persona.calls().length - calls).toBe(1);

    await gateway.database.query(`DELETE FROM kyc_rate_limits WHERE key = 'provider-reads:persona'`);
    expect(await reconcile()).toHaveLength(opened.length - 1);
  });

  it('stays within its rate limit across all replicas', async () => {
    await gateway.database.query(
      `INSERT INTO kyc_rate_limits (key, points, expire)
       VALUES ('provider-reads:persona', 150, (extract(epoch FROM now()) * 1000)::bigint + 60000)
       ON CONFLICT (key) DO UPDATE SET points = excluded.points, expire = excluded.expire`,
    );
    await gateway.database.query(`UPDATE kyc_sessions SET next_read_at = now() WHERE ended_at IS NULL`);
    expect(await gateway.app.get(ReconciliationService).reconcile({ kind: 'due', now: new Date() })).toEqual(
      [],
    );
  });
});
