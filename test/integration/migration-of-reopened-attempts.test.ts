import { ReopenedAttempts1780000000008 } from '../../src/database/migrations/1780000000008-reopened-attempts.ts';
import { createMigrationDataSource } from '../../src/database/data-source.ts';
import { startGateway, type TestGateway, type User } from '../support/gateway.ts';
import { asOwner, USERS } from '../support/test-database.ts';

/** Earlier releases left rows in which the phase is not over although the attempt has an end. */
describe('The migration of reopened attempts', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({ provider: 'persona' });
  });
  afterAll(() => gateway.close());

  const query = (sql: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
    gateway.database.query(sql, values);
  const migrate = async () => {
    const dataSource = await createMigrationDataSource(asOwner(gateway.databaseUrl), USERS).initialize();
    try {
      await new ReopenedAttempts1780000000008().up(dataSource.createQueryRunner());
    } finally {
      await dataSource.destroy();
    }
  };
  const attemptsOf = (user: User) =>
    query('SELECT * FROM kyc_sessions WHERE user_id = $1 ORDER BY opened_at', [user.id]);

  /** A user whose current attempt is in review, with an end, as an approval and a later review left it. */
  async function stuck(): Promise<{ user: User; sessionId: string }> {
    const opened = await gateway.openSession();
    const { persona } = gateway.sandbox;
    await persona.decide(opened.sessionId, { outcome: 'approve' }, { at: new Date(Date.now() - 60_000) });
    await persona.decide(opened.sessionId, { outcome: 'review' });
    await query('UPDATE kyc_sessions SET ended_at = now(), next_read_at = NULL WHERE user_id = $1', [
      opened.user.id,
    ]);
    return opened;
  }
  async function stuckAndErased(): Promise<User> {
    const { user, sessionId } = await stuck();
    await query(
      `WITH sessions AS (UPDATE kyc_sessions SET provider_session_id = $2 WHERE provider_session_id = $1),
            users AS (UPDATE users SET kyc_session_id = $2 WHERE kyc_session_id = $1)
       INSERT INTO kyc_events (provider, event_key, provider_session_id, outcome, occurred_at, received_at, source)
       SELECT provider, event_key || ':erased', $2, outcome, occurred_at, received_at, source
       FROM kyc_events WHERE provider_session_id = $1`,
      [sessionId, `erased:${user.id}`],
    );
    return user;
  }

  it('clears the end of a current attempt that is not over, and schedules a read', async () => {
    const { user } = await stuck();
    await migrate();
    expect(await attemptsOf(user)).toMatchObject([
      { phase: 'in_review', ended_at: null, next_read_at: expect.any(Date) },
    ]);
  });

  it('fails a start that had crashed beside the reopened attempt', async () => {
    const { user } = await stuck();
    await query(
      `INSERT INTO kyc_sessions (user_id, provider, phase, opened_at, changed_at) VALUES ($1, 'persona', 'opening', now(), now())`,
      [user.id],
    );
    await migrate();
    expect(await attemptsOf(user)).toMatchObject([
      { phase: 'in_review', ended_at: null },
      { phase: 'failed', ended_at: expect.any(Date) },
    ]);
  });

  it('ends an erased attempt that is not over, so that its user can start anew', async () => {
    const user = await stuckAndErased();
    expect((await gateway.start(user)).status).toBe(409);
    await migrate();
    expect(await attemptsOf(user)).toMatchObject([{ phase: 'failed', ended_at: expect.any(Date) }]);
    expect(await gateway.events(`erased:${user.id}`)).toContainEqual(
      expect.objectContaining({ outcome: 'failed', source: 'gateway' }),
    );
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'not_verified' });
    expect((await gateway.start(user)).status).toBe(201);
  });

  it('ends a reopened attempt that a newer one has replaced, without changing the user', async () => {
    const { user } = await stuck();
    await query(`UPDATE users SET kyc_session_id = 'inq_newer' WHERE id = $1`, [user.id]);
    const before = await gateway.userRow(user);
    await migrate();
    expect(await attemptsOf(user)).toMatchObject([{ phase: 'abandoned', next_read_at: null }]);
    expect(await gateway.userRow(user)).toEqual(before);
  });

  it('changes nothing when it runs again, or where no attempt is stuck', async () => {
    await gateway.openSession();
    await migrate();
    const rows = () => query('SELECT * FROM kyc_sessions ORDER BY id');
    const before = await rows();
    await migrate();
    expect(await rows()).toEqual(before);
  });
});
