import { eventually } from '../support/eventually.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

/** Changes of a new user in one transaction while their first start waits for their row. */
const MEANWHILE = {
  'kyc.already_verified': `UPDATE users SET kyc_status = 'verified' WHERE id = $1`,
  'kyc.attempts_exhausted': `
    WITH two AS (
      INSERT INTO kyc_sessions (user_id, provider, provider_session_id, phase, opened_at, ended_at, changed_at)
      SELECT $1, 'veriff', gen_random_uuid(), 'declined', now(), now(), now() FROM generate_series(1, 2)
      RETURNING user_id, provider, provider_session_id
    )
    UPDATE users u SET kyc_status = 'rejected', kyc_provider = two.provider, kyc_session_id = two.provider_session_id
    FROM two WHERE u.id = two.user_id`,
};

describe('A start', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({
      provider: 'veriff',
      environment: {
        DATABASE_POOL_SIZE: '2',
        KYC_MAX_ATTEMPTS: '2',
        RATE_LIMIT_START_USER: '100/600',
        RATE_LIMIT_START_ADDRESS: '10000/600',
      },
    });
  });
  afterAll(() => gateway.close());

  const decide = (sessionId: string, outcome: 'decline' | 'review' | 'expire' | 'submit' | 'resubmit') =>
    gateway.sandbox.veriff.decide(sessionId, { outcome });
  const sessionsOf = (user: { id: string }): Promise<Record<string, unknown>[]> =>
    gateway.database.query('SELECT * FROM kyc_sessions WHERE user_id = $1 ORDER BY opened_at', [user.id]);
  const veriffSessions = (user: { id: string }) =>
    gateway.sandbox.veriff.sessions().filter((session) => session.reference === user.id);

  it('answers 201 with everything the page needs and forbids caching', async () => {
    const user = await gateway.createUser();
    const { status, headers, body } = await gateway.start(user);
    const [session] = veriffSessions(user);

    expect(status).toBe(201);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(Object.keys(body).toSorted()).toEqual(
      ['expires_at', 'kyc_status', 'provider', 'sdk_token', 'session_id', 'session_url'].toSorted(),
    );
    expect(body).toMatchObject({ session_id: session?.id, provider: 'veriff', kyc_status: 'pending' });
    expect(new Date(String(body['expires_at'])).getTime()).toBeGreaterThan(Date.now());
  });

  it('answers 200 with the same session while it is open', async () => {
    const { user, sessionId } = await gateway.openSession();
    const again = await gateway.start(user);

    expect(again).toMatchObject({ status: 200, body: { session_id: sessionId, provider: 'veriff' } });
    expect(again.body['session_url']).toMatch(/^http/);
    expect(again.body['expires_at']).toMatch(/^\d{4}-/);
    expect(veriffSessions(user)).toHaveLength(1);
  });

  it('resumes the same session after a resubmission request', async () => {
    const { user, sessionId } = await gateway.openSession();
    await decide(sessionId, 'resubmit');

    expect((await gateway.status(user)).body).toMatchObject({
      kyc_status: 'pending',
      next_action: 'continue',
    });
    expect(await gateway.start(user)).toMatchObject({ status: 200, body: { session_id: sessionId } });
  });

  it.each(['submit', 'review'] as const)('answers 409 kyc.in_review after %s', async (outcome) => {
    const { user, sessionId } = await gateway.openSession();
    await decide(sessionId, outcome);

    expect((await gateway.status(user)).body).toMatchObject({ kyc_status: 'pending', next_action: 'wait' });
    expect(await gateway.start(user)).toMatchObject({ status: 409, body: { code: 'kyc.in_review' } });
  });

  it('creates a new session after a rejection, up to KYC_MAX_ATTEMPTS', async () => {
    const { user, sessionId } = await gateway.openSession();
    await decide(sessionId, 'decline');
    expect((await gateway.status(user)).body).toMatchObject({ next_action: 'retry', attempts_left: 1 });
    const second = await gateway.start(user);
    expect(second.status).toBe(201);
    await decide(String(second.body['session_id']), 'decline');

    expect((await gateway.status(user)).body).toMatchObject({
      next_action: 'contact_support',
      attempts_left: 0,
    });
    expect(await gateway.start(user)).toMatchObject({
      status: 409,
      body: { code: 'kyc.attempts_exhausted' },
    });
    expect(veriffSessions(user)).toHaveLength(2);
  });

  it('creates a new session if the provider reports that the old one has ended', async () => {
    const { user, sessionId } = await gateway.openSession();
    gateway.sandbox.veriff.webhookFor(sessionId, { outcome: 'expire' });

    const again = await gateway.start(user);

    expect(again.status).toBe(201);
    expect(again.body['session_id']).not.toBe(sessionId);
    expect(await gateway.events(sessionId)).toMatchObject([{ outcome: 'expired', source: 'poll' }]);
  });

  it('answers 409 if the provider reports an approval whose webhook was lost', async () => {
    const { user, sessionId } = await gateway.openSession();
    gateway.sandbox.veriff.webhookFor(sessionId, { outcome: 'approve' });

    expect(await gateway.start(user)).toMatchObject({ status: 409, body: { code: 'kyc.already_verified' } });
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'verified' });
  });

  it('expires a session and creates a new one', async () => {
    const { user, sessionId } = await gateway.openSession();
    await gateway.database.query(
      `UPDATE kyc_sessions SET expires_at = now() - interval '1 minute' WHERE provider_session_id = $1`,
      [sessionId],
    );

    expect((await gateway.start(user)).status).toBe(201);
    expect(await gateway.events(sessionId)).toMatchObject([{ outcome: 'expired', source: 'gateway' }]);
  });

  it('creates one session for fifty simultaneous starts', async () => {
    const user = await gateway.createUser();
    const answers = await Promise.all(Array.from({ length: 50 }, () => gateway.start(user)));

    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const { status, body, headers } of answers) {
      expect([200, 201, 409]).toContain(status);
      if (status !== 409) continue;
      expect(body['code']).toBe('kyc.start_in_progress');
      expect(headers.get('retry-after')).toBe('1');
    }
    expect(veriffSessions(user)).toHaveLength(1);
  });

  it.each(Object.entries(MEANWHILE))(
    'answers 409 %s if the status changed while the start waited for the row of the user',
    async (code, change) => {
      const user = await gateway.createUser();
      const { start } = await gateway.database.transaction(async (manager) => {
        await manager.query(change, [user.id]);
        const [{ pid }] = await manager.query('SELECT pg_backend_pid() AS pid');
        const blocked = 'SELECT 1 FROM pg_stat_activity WHERE $1 = ANY(pg_blocking_pids(pid))';
        const waiting = { start: gateway.start(user) };
        // Uses another connection, because pg_stat_activity does not change within a transaction.
        await eventually(async () => (await gateway.database.query(blocked, [pid]))[0]);
        return waiting;
      });

      expect(await start).toMatchObject({ status: 409, body: { code } });
      expect(veriffSessions(user)).toEqual([]);
    },
  );

  it('holds no database connection while the provider is called', async () => {
    const users = await Promise.all(Array.from({ length: 20 }, () => gateway.createUser()));
    gateway.sandbox.veriff.misbehave({ delayMs: 1_500, times: 20 });
    const starting = users.map((user) => gateway.start(user));
    const isCalling = () => gateway.sandbox.veriff.calls().length >= called + 20;
    const called = gateway.sandbox.veriff.calls().length;
    let wasPoolFree = false;
    while (!isCalling()) {
      // The pool has two connections. If the twenty starts held them, the status request below failed.
      const { status } = await gateway.status(users[0] ?? { token: '' });
      const [row]: { opening: number }[] = await gateway.database.query(
        `SELECT count(*)::int AS opening FROM kyc_sessions WHERE phase = 'opening'`,
      );
      if (status === 200 && row?.opening === 20) wasPoolFree = true;
    }

    expect((await Promise.all(starting)).map(({ status }) => status)).toEqual(users.map(() => 201));
    expect(wasPoolFree).toBe(true);
  });

  it('creates a session after a crash between the row and the provider, and counts the attempt that may have one', async () => {
    const user = await gateway.createUser();
    await gateway.database.query(
      `INSERT INTO kyc_sessions (user_id, provider, phase, redirect_url, opened_at, changed_at, next_read_at)
       VALUES ($1, 'veriff', 'opening', 'https://app.example.com/kyc/return', now() - interval '2 minutes',
               now() - interval '2 minutes', now() - interval '1 minute')`,
      [user.id],
    );

    expect((await gateway.start(user)).status).toBe(201);
    expect(await sessionsOf(user)).toMatchObject([{ phase: 'failed' }, { phase: 'open' }]);
    expect((await gateway.status(user)).body).toMatchObject({ attempts_left: 0 });
  });

  it('does not count an attempt that the provider rejected or never received', async () => {
    const user = await gateway.createUser();
    gateway.sandbox.veriff.misbehave({ status: 400, body: '{"status":"fail","code":"1104"}', times: 1 });
    expect(await gateway.start(user)).toMatchObject({ status: 502, body: { code: 'provider.refused' } });
    gateway.sandbox.veriff.misbehave({ status: 500, times: 1 });
    expect(await gateway.start(user)).toMatchObject({ status: 503, body: { code: 'provider.unavailable' } });

    expect((await gateway.status(user)).body).toMatchObject({ kyc_status: 'not_verified', attempts_left: 2 });
    expect((await gateway.start(user)).status).toBe(201);
  });

  it('accepts only configured redirect URLs', async () => {
    const user = await gateway.createUser();
    const start = (redirect_url: unknown) => gateway.start(user, { redirect_url });

    expect(await start('https://evil.example.com/')).toMatchObject({
      status: 400,
      body: { code: 'kyc.redirect_not_allowed' },
    });
    expect(await start(7)).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
    expect((await start('https://app.example.com/other')).status).toBe(201);
  });

  it('rejects a body that names a user, a provider or a status', async () => {
    const user = await gateway.createUser();
    for (const field of ['user_id', 'provider', 'kyc_status']) {
      expect(await gateway.start(user, { [field]: 'persona' })).toMatchObject({
        status: 400,
        body: { code: 'request.invalid', errors: [`"${field}" is not a known field`] },
      });
    }
  });
});
