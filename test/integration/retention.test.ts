import { randomUUID } from 'node:crypto';
import { RetentionService } from '../../src/kyc/retention/retention.service.ts';
import { startGateway, type TestGateway, type User } from '../support/gateway.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
const SESSIONS_DAYS = 400;
const EVENTS_DAYS = 50;
const ERASURES_DAYS = 700;

describe('Retention', () => {
  let gateway: TestGateway;
  const now = new Date();
  /** A time older than the retention period by the given milliseconds. */
  const past = (days: number, milliseconds: number) => new Date(now.getTime() - days * DAY_MS - milliseconds);

  beforeAll(async () => {
    gateway = await startGateway({
      environment: {
        RETENTION_SESSIONS_DAYS: String(SESSIONS_DAYS),
        RETENTION_UNMATCHED_EVENTS_DAYS: String(EVENTS_DAYS),
        RETENTION_ERASURES_DAYS: String(ERASURES_DAYS),
      },
    });
  });
  afterAll(() => gateway.close());

  const purge = () => gateway.app.get(RetentionService).purge(now);
  const query = (sql: string, parameters: unknown[] = []): Promise<Record<string, unknown>[]> =>
    gateway.database.query(sql, parameters);

  /** Adds an ended session with one event. */
  async function addSession(user: User, endedAt: Date | null): Promise<string> {
    const id = `inq_${randomUUID()}`;
    await query(
      `INSERT INTO kyc_sessions (user_id, provider, provider_session_id, phase, opened_at, ended_at, changed_at)
       VALUES ($1, 'persona', $2, 'expired', $3, $3, $3)`,
      [user.id, id, endedAt],
    );
    await addEvent(id, endedAt ?? now);
    return id;
  }
  const addEvent = (sessionId: string | null, receivedAt: Date) =>
    query(
      `INSERT INTO kyc_events (provider, event_key, provider_session_id, outcome, received_at, source)
       VALUES ('persona', $1, $2, 'expired', $3, 'webhook') RETURNING id`,
      [`evt_${randomUUID()}`, sessionId, receivedAt],
    );
  const rowsOf = async (sessionId: string) => [
    (await query('SELECT 1 FROM kyc_sessions WHERE provider_session_id = $1', [sessionId])).length,
    (await query('SELECT 1 FROM kyc_events WHERE provider_session_id = $1', [sessionId])).length,
  ];

  describe('of sessions', () => {
    it.each([
      ['deletes a session and its events one millisecond after the retention period', 1, 0],
      ['keeps a session and its events at the end of the retention period', 0, 1],
      ['keeps a session and its events one millisecond before the end of the retention period', -1, 1],
    ])('%s', async (_, milliseconds, left) => {
      const id = await addSession(await gateway.createUser(), past(SESSIONS_DAYS, milliseconds));
      await purge();
      expect(await rowsOf(id)).toEqual([left, left]);
    });

    it('keeps the current attempt of a user', async () => {
      const user = await gateway.createUser();
      const id = await addSession(user, past(SESSIONS_DAYS, DAY_MS));
      await query(
        `UPDATE users SET kyc_status = 'verified', kyc_provider = 'persona', kyc_session_id = $2 WHERE id = $1`,
        [user.id, id],
      );
      await purge();
      expect(await rowsOf(id)).toEqual([1, 1]);
    });

    it('keeps a session that has not ended', async () => {
      const { sessionId } = await gateway.openSession();
      await query(`UPDATE kyc_sessions SET opened_at = $2 WHERE provider_session_id = $1`, [
        sessionId,
        past(SESSIONS_DAYS, DAY_MS),
      ]);
      await purge();
      expect((await rowsOf(sessionId))[0]).toBe(1);
    });

    it('deletes more sessions than fit in one batch', async () => {
      const user = await gateway.createUser();
      await query(
        `INSERT INTO kyc_sessions (user_id, provider, provider_session_id, phase, opened_at, ended_at, changed_at)
         SELECT $1, 'persona', 'inq_' || n, 'expired', $2, $2, $2 FROM generate_series(1, 1201) AS n`,
        [user.id, past(SESSIONS_DAYS, 1)],
      );
      expect(await purge()).toMatchObject({ sessions: 1201 });
      expect(await purge()).toMatchObject({ sessions: 0 });
    });
  });

  describe('of events without a session', () => {
    it.each([
      ['deletes an event one millisecond after the retention period', 1, 0],
      ['keeps an event at the end of the retention period', 0, 1],
      ['keeps an event one millisecond before the end of the retention period', -1, 1],
    ])('%s', async (_, milliseconds, left) => {
      const id = `inq_${randomUUID()}`;
      await addEvent(id, past(EVENTS_DAYS, milliseconds));
      await purge();
      expect(await rowsOf(id)).toEqual([0, left]);
    });

    it('deletes an event that concerns no session', async () => {
      const [event] = await addEvent(null, past(EVENTS_DAYS, 1));
      await purge();
      expect(await query('SELECT 1 FROM kyc_events WHERE id = $1', [event?.['id']])).toEqual([]);
    });

    it('keeps the events of a stored session', async () => {
      const id = await addSession(await gateway.createUser(), past(EVENTS_DAYS, DAY_MS));
      await purge();
      expect(await rowsOf(id)).toEqual([1, 1]);
    });

    it('deletes more events than are read in one batch', async () => {
      await query(
        `INSERT INTO kyc_events (provider, event_key, outcome, received_at, source)
         SELECT 'persona', 'many' || n, 'noted', $1, 'webhook' FROM generate_series(1, 11000) AS n`,
        [past(EVENTS_DAYS, 1)],
      );
      expect(await purge()).toMatchObject({ events: 11_000 });
    });
  });

  describe('of the evidence of erasures', () => {
    async function addErasures(...erasedAt: (Date | null)[]): Promise<string> {
      const requestId = randomUUID();
      for (const time of erasedAt) {
        await query(
          `INSERT INTO kyc_erasures (request_id, user_id, place, requested_at, requested_by, erased_at)
           VALUES ($1, $2, 'gateway', $3, 'user', $4)`,
          [requestId, randomUUID(), past(ERASURES_DAYS, 9 * DAY_MS), time],
        );
      }
      return requestId;
    }
    const countOf = async (requestId: string) =>
      (await query('SELECT 1 FROM kyc_erasures WHERE request_id = $1', [requestId])).length;

    it.each([
      ['deletes evidence one millisecond after the retention period', 1, 0],
      ['keeps evidence at the end of the retention period', 0, 2],
      ['keeps evidence one millisecond before the end of the retention period', -1, 2],
    ])('%s, counted from the last completed place', async (_, milliseconds, left) => {
      const id = await addErasures(past(ERASURES_DAYS, DAY_MS), past(ERASURES_DAYS, milliseconds));
      await purge();
      expect(await countOf(id)).toBe(left);
    });

    it('keeps the rows of an incomplete erasure', async () => {
      const id = await addErasures(past(ERASURES_DAYS, DAY_MS), null);
      await purge();
      expect(await countOf(id)).toBe(2);
    });
  });

  it('deletes expired rate limit counters and no others', async () => {
    await query(`INSERT INTO kyc_rate_limits (key, points, expire) VALUES ('old', 1, $1), ('new', 1, $2)`, [
      now.getTime() - 1,
      now.getTime() + DAY_MS,
    ]);
    await purge();
    expect(await query(`SELECT key FROM kyc_rate_limits WHERE key IN ('old', 'new')`)).toEqual([
      { key: 'new' },
    ]);
  });

  it('deletes expired idempotency keys', async () => {
    const key = { user: randomUUID(), hash: Buffer.alloc(32) };
    await query(
      `INSERT INTO kyc_idempotency_keys (user_id, key_hash, payload_hash, created_at, expires_at, lease_until)
       VALUES ($1, $2, $2, $3, $3, $3)`,
      [key.user, key.hash, past(1, 0)],
    );
    await purge();
    expect(await query('SELECT 1 FROM kyc_idempotency_keys WHERE user_id = $1', [key.user])).toEqual([]);
  });

  it('stops on request and leaves the rest to the next run', async () => {
    const id = await addSession(await gateway.createUser(), past(SESSIONS_DAYS, 1));
    await gateway.app.get(RetentionService).purge(now, AbortSignal.abort());
    expect(await rowsOf(id)).toEqual([1, 1]);
  });

  it('runs once a day', async () => {
    expect(await query(`SELECT cron FROM kyc_jobs.schedule WHERE name = 'retention'`)).toEqual([
      { cron: '23 3 * * *' },
    ]);
  });

  it.each(['kyc_purge_sessions($1, 10)', 'kyc_purge_events($1, 0, 10)', 'kyc_purge_erasures($1, 10)'])(
    'deletes no rows younger than the minimum period, for any caller: %s',
    async (call) => {
      await expect(query(`SELECT * FROM ${call}`, [past(28, 0)])).rejects.toThrow('younger than 29 days');
    },
  );
});
