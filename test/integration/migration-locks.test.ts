import { Client } from 'pg';
import type { DataSource, QueryRunner } from 'typeorm';
import { createMigrationDataSource } from '../../src/database/data-source.ts';
import { type Blocked, describeBlocked, lockTimeoutAfter } from '../../src/database/lock-retries.ts';
import { AnyUsersTable1780000000017 } from '../../src/database/migrations/1780000000017-any-users-table.ts';
import { createIndexOnline } from '../../src/database/migrations/online.ts';
import { migrateUp } from '../../src/database/migrate.ts';
import { jobTables } from '../../src/jobs/boss.ts';
import { eventually } from '../support/eventually.ts';
import { createTestDatabase, type TestDatabase, USERS } from '../support/test-database.ts';

describe('While a transaction of the platform blocks the migrations', () => {
  let database: TestDatabase;
  let migrating: DataSource;
  let holder: Client;
  let platform: Client;
  let holderPid: number;
  let reports: Blocked[];

  beforeEach(async () => {
    database = await createTestDatabase({ isEmpty: true });
    migrating = await createMigrationDataSource(database.url, USERS).initialize();
    [holder, platform] = [new Client(database.url), new Client(database.url)];
    await Promise.all([holder.connect(), platform.connect()]);
    await platform.query('CREATE TABLE users (id integer PRIMARY KEY, email text)');
    await platform.query(`INSERT INTO users VALUES (1, 'jane@example.com')`);
    const { rows } = await holder.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    holderPid = rows[0]?.pid ?? 0;
    reports = [];
  });
  afterEach(async () => {
    await Promise.all([holder.end(), platform.end(), migrating.destroy()]);
    await database.drop();
  });

  const migrate = () => migrateUp(migrating, jobTables(database.url), (blocked) => reports.push(blocked));

  /** Resolves when the migration waits in a statement that begins with these words. */
  const isWaitingIn = (words: string) =>
    eventually(async () => {
      const { rows } = await platform.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity
         WHERE datname = current_database() AND query LIKE $1 AND wait_event_type = 'Lock'`,
        [`${words}%`],
      );
      return rows[0]?.pid;
    });

  it('a read of the users table waits for less than a second, and the migrations finish after the release', async () => {
    await holder.query('BEGIN; SELECT FROM users');
    const migrated = migrate();
    await isWaitingIn('ALTER TABLE');
    const waits: number[] = [];
    while (reports.length < 2) {
      const from = performance.now();
      await platform.query('SELECT FROM users');
      waits.push(performance.now() - from);
    }
    expect(Math.max(...waits)).toBeLessThan(1_000);
    await holder.query('COMMIT');
    await expect(migrated).resolves.toContain('Users1780000000001');
    await expect(platform.query('SELECT kyc_status FROM users')).resolves.toMatchObject({
      rows: [{ kyc_status: 'not_verified' }],
    });
  });

  it('each failed try reports the process that holds the lock', async () => {
    await holder.query(`SET application_name = 'a report'; BEGIN; SELECT FROM users`);
    const migrated = migrate();
    await eventually(() => Promise.resolve(reports[1]));
    await holder.query('COMMIT');
    await migrated;
    expect(reports.slice(0, 2)).toMatchObject(
      [1, 2].map((tries) => ({
        tries,
        blockers: [{ pid: holderPid, application: 'a report', state: 'idle in transaction' }],
      })),
    );
  });

  it('the report is a sentence', () => {
    const blocker = {
      pid: 7,
      application: 'psql',
      state: 'idle in transaction',
      seconds: 95,
      isAutovacuum: false,
    };
    expect(describeBlocked({ tries: 2, blockers: [blocker] })).toBe(
      'Waiting for a lock, try 2. Blocked by pid 7 (psql, idle in transaction, 95 s).',
    );
  });

  it.each([
    [500, 'a client', [false]],
    [1_500, 'an autovacuum, which yields after a second', [false, true]],
    [500, 'a transaction that has ended', []],
  ])('the next try waits for %d ms if the blocker is %s', (milliseconds, _, areAutovacuum) => {
    expect(lockTimeoutAfter(areAutovacuum.map((isAutovacuum) => ({ isAutovacuum })))).toBe(milliseconds);
  });

  it('an index that is built online leaves the limit of later waits as it was', async () => {
    const runner = migrating.createQueryRunner();
    await createIndexOnline(runner, { name: 'by_email', table: 'users', definition: '(email)' });
    const limits: unknown = await runner.query('SHOW lock_timeout');
    await runner.release();
    expect(limits).toEqual([{ lock_timeout: '500ms' }]);
  });

  it('the platform writes to its table while an index of it is built', async () => {
    await holder.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
    const migrated = migrate();
    await isWaitingIn('CREATE INDEX CONCURRENTLY');
    const from = performance.now();
    await platform.query(`UPDATE users SET email = 'joe@example.com'`);
    expect(performance.now() - from).toBeLessThan(1_000);
    await holder.query('COMMIT');
    await expect(migrated).resolves.toContain('Operators1780000000007');
  });

  it('a migration that was killed while it built an index builds it again', async () => {
    await holder.query('BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1');
    const killed = migrate();
    const pid = await isWaitingIn('CREATE INDEX CONCURRENTLY');
    await Promise.all([
      expect(killed).rejects.toThrow(),
      platform.query('SELECT pg_terminate_backend($1)', [pid]),
    ]);
    await holder.query('COMMIT');
    await migrate();
    const { rows } = await platform.query(
      `SELECT indexrelid::regclass::text AS name, indisvalid AS "isValid" FROM pg_index
       WHERE indrelid = 'users'::regclass AND NOT indisprimary ORDER BY name`,
    );
    expect(rows).toEqual([
      { name: 'idx_users_kyc_status', isValid: true },
      { name: 'idx_users_kyc_status_id', isValid: true },
    ]);
  });
});

describe('The migration to a wider id', () => {
  let database: TestDatabase;
  let migrating: DataSource;
  let platform: Client;

  beforeEach(async () => {
    database = await createTestDatabase({ isEmpty: true });
    migrating = await createMigrationDataSource(database.url, USERS).initialize();
    platform = new Client(database.url);
    await platform.connect();
  });
  afterEach(async () => {
    await Promise.all([platform.end(), migrating.destroy()]);
    await database.drop();
  });

  const withRunner = async (work: (runner: QueryRunner) => Promise<void>) => {
    const runner = migrating.createQueryRunner();
    await work(runner).finally(() => runner.release());
  };
  const migrate = () => withRunner((runner) => new AnyUsersTable1780000000017().up(runner));

  /** The tables as an earlier release left them: the attempts of the users 1 and 2, with ids of the platform's type. */
  async function startFromEarlierRelease(users = '(id integer PRIMARY KEY, email text)'): Promise<void> {
    await platform.query(`CREATE TABLE users ${users}`);
    if (users.includes('PARTITION')) {
      await platform.query('CREATE TABLE part PARTITION OF users FOR VALUES WITH (MODULUS 1, REMAINDER 0)');
    }
    await migrateUp(migrating, jobTables(database.url));
    await withRunner((runner) => new AnyUsersTable1780000000017().down(runner));
    await platform.query(`
      ALTER TABLE kyc_sessions ALTER COLUMN user_id TYPE integer;
      ALTER TABLE kyc_erasures ALTER COLUMN user_id TYPE integer;
      INSERT INTO users VALUES (1, 'jane@example.com'), (2, 'joe@example.com');
      INSERT INTO kyc_sessions (user_id, provider, phase, opened_at, changed_at)
        SELECT id, 'persona', 'open', now(), now() FROM users`);
  }
  const attemptsAndKey = async () => {
    const { rows } = await platform.query(
      `SELECT ARRAY(SELECT user_id::int FROM kyc_sessions ORDER BY 1) AS users, convalidated AS "isValid",
              confdeltype AS "onDelete", format_type(atttypid, atttypmod) AS type
       FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = ALL (conkey)
       WHERE conname = 'kyc_sessions_user_fkey'`,
    );
    return rows;
  };

  it.each([
    ['a table', '(id integer PRIMARY KEY, email text)'],
    ['a partitioned table', '(id integer PRIMARY KEY, email text) PARTITION BY HASH (id)'],
  ])('locks no users in %s while it rewrites the attempts', async (_, users) => {
    await startFromEarlierRelease(users);
    await platform.query(`
      CREATE TABLE rewrites (rewritten text, locks text[]);
      CREATE FUNCTION record_rewrite() RETURNS event_trigger LANGUAGE plpgsql AS $body$ BEGIN
        INSERT INTO rewrites SELECT pg_event_trigger_table_rewrite_oid()::regclass,
          ARRAY(SELECT mode FROM pg_locks WHERE pid = pg_backend_pid() AND relation = 'users'::regclass);
      END $body$;
      CREATE EVENT TRIGGER record_rewrite ON table_rewrite EXECUTE FUNCTION record_rewrite()`);
    await migrate();
    const { rows } = await platform.query('SELECT * FROM rewrites ORDER BY rewritten');
    expect(rows).toEqual([
      { rewritten: 'kyc_erasures', locks: [] },
      { rewritten: 'kyc_sessions', locks: [] },
    ]);
    expect(await attemptsAndKey()).toEqual([{ users: [1, 2], isValid: true, onDelete: 'c', type: 'bigint' }]);
  });

  it('leaves the foreign key alone if the id is wide already', async () => {
    await startFromEarlierRelease();
    await migrate();
    const oidOfKey = `SELECT oid FROM pg_constraint WHERE conname = 'kyc_sessions_user_fkey'`;
    const { rows } = await platform.query(oidOfKey);
    await migrate();
    expect((await platform.query(oidOfKey)).rows).toEqual(rows);
  });

  it('restores the foreign key after an interruption and deletes attempts of users deleted meanwhile', async () => {
    await startFromEarlierRelease();
    await platform.query(
      'ALTER TABLE kyc_sessions DROP CONSTRAINT kyc_sessions_user_fkey; DELETE FROM users WHERE id = 2',
    );
    await migrate();
    expect(await attemptsAndKey()).toEqual([{ users: [1], isValid: true, onDelete: 'c', type: 'bigint' }]);
  });
});
