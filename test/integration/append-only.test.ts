import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { createTestDatabase, isOfApplication, type TestDatabase } from '../support/test-database.ts';

describe('The event ledger', () => {
  let database: TestDatabase;
  let owner: Client;
  let gateway: Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    [owner, gateway] = [new Client(database.ownerUrl), new Client(database.url)];
    await Promise.all([owner.connect(), gateway.connect()]);
    await owner.query(`
      INSERT INTO users (email) VALUES ('jane@example.com');
      INSERT INTO kyc_events (provider, event_key, outcome, received_at, source)
        VALUES ('persona', 'evt_1', 'approved', now(), 'webhook')`);
  });
  afterAll(async () => {
    await Promise.all([owner.end(), gateway.end()]);
    await database.drop();
  });

  const CHANGES = [
    `UPDATE kyc_events SET outcome = 'declined'`,
    `DELETE FROM kyc_events`,
    `TRUNCATE kyc_events`,
    `TRUNCATE kyc_events CASCADE`,
  ];

  it.each(CHANGES)('rejects a change of the ledger by its owner: %s', async (sql) => {
    await expect(owner.query(sql)).rejects.toThrow(
      /kyc_events is append-only: \w+ is rejected|cannot truncate a table referenced in a foreign key/,
    );
  });

  it.each(CHANGES)('rejects a change of the ledger by the gateway: %s', async (sql) => {
    await expect(gateway.query(sql)).rejects.toMatchObject({ code: '42501' });
  });

  it('rejects an erasure without an erasure request', async () => {
    await expect(gateway.query(`SELECT kyc_erase_user($1, true)`, [randomUUID()])).rejects.toThrow(
      'write the row of kyc_erasures first',
    );
  });

  it('rejects a change of the ledger in a transaction that has deleted expired rows', async () => {
    await owner.query('BEGIN');
    await owner.query(`SELECT kyc_purge_events(now() - interval '30 days', 0, 10)`);
    await expect(owner.query('DELETE FROM kyc_events')).rejects.toThrow('append-only');
    await owner.query('ROLLBACK');
  });

  it('accepts new events', async () => {
    await expect(
      gateway.query(
        `INSERT INTO kyc_events (provider, event_key, outcome, received_at, source)
                     VALUES ('persona', $1, 'approved', now(), 'webhook')`,
        [randomUUID()],
      ),
    ).resolves.toMatchObject({ rowCount: 1 });
  });

  it.each([
    ...CHANGES.map((sql) => `SET LOCAL kyc.maintenance = 'on'; ${sql}`),
    'ALTER TABLE kyc_events DISABLE TRIGGER ALL',
    'ALTER TABLE kyc_events ADD COLUMN more text',
    'DROP TRIGGER kyc_events_append_only ON kyc_events',
    'DROP TABLE kyc_events',
    'CREATE OR REPLACE FUNCTION kyc_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$',
    'CREATE TABLE public.another (id integer)',
    'CREATE FUNCTION pg_temp.mine() RETURNS void LANGUAGE sql AS $$ DELETE FROM kyc_events $$; SELECT pg_temp.mine()',
    'SET session_replication_role = replica',
    'DELETE FROM kyc_erasures',
    `UPDATE kyc_erasures SET requested_by = 'another operator'`,
    'DELETE FROM kyc_sessions',
    'DELETE FROM kyc_migrations',
    `UPDATE users SET email = 'joe@example.com'`,
    `UPDATE users SET id = gen_random_uuid()`,
    'DELETE FROM users',
    'SELECT created_at FROM users',
    'TRUNCATE kyc_jobs.job',
    `SET ROLE pg_database_owner`,
  ])('denies changes of the ledger to a gateway with a separate role: %s', async (sql) => {
    // The test database setup prints a warning if the server does not allow new roles.
    if (!isOfApplication(database.url)) return;
    await gateway.query('BEGIN');
    await expect(gateway.query(sql)).rejects.toMatchObject({ code: '42501' });
    await gateway.query('ROLLBACK');
  });

  it('lets a gateway with a separate role write the four kyc columns of users', async () => {
    await expect(
      gateway.query(`UPDATE users SET kyc_status = 'pending', kyc_provider = 'persona', kyc_session_id = 'x',
                     kyc_rejection_reason = NULL`),
    ).resolves.toMatchObject({ rowCount: 1 });
  });

  it.each(['kyc_erase_user', 'kyc_purge_sessions', 'kyc_purge_events', 'kyc_purge_erasures'])(
    'does not let other roles execute %s',
    async (name) => {
      const { rows } = await owner.query(
        `SELECT has_function_privilege('public', oid, 'EXECUTE') AS "isOpen", proconfig AS settings
         FROM pg_proc WHERE proname = $1`,
        [name],
      );
      expect(rows).toEqual([{ isOpen: false, settings: ['search_path=pg_catalog, public, pg_temp'] }]);
    },
  );
});
