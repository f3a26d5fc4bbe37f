import { readFile } from 'node:fs/promises';
import { Client } from 'pg';
import { type Sandbox, startSandbox } from '../../packages/sandbox/sandbox.ts';
import { createDataSource } from '../../src/database/data-source.ts';
import { UnfitDatabaseError } from '../../src/database/unfit-database-error.ts';
import { requireRightsToMigrate, requireRightsToWork } from '../../src/database/rights.ts';
import { requireUsersTable } from '../../src/database/users-table-fit.ts';
import { withJobs } from '../../src/jobs/boss.ts';
import { createTestDatabase, isOfApplication, type TestDatabase, USERS } from '../support/test-database.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

const ROLES = new URL('../../docs/roles.sql', import.meta.url);

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

describe('The role of docs/roles.sql', () => {
  let database: TestDatabase;
  let owner: Client;
  let role: string;
  let gateway: TestGateway | undefined;

  beforeEach(async () => {
    database = await createTestDatabase();
    role = new URL(database.url).username;
    owner = new Client(database.ownerUrl);
    await owner.connect();
  });
  afterEach(async () => {
    await owner.end();
    await gateway?.close();
    gateway = undefined;
    await database.drop();
  });

  /** Runs the file as an operator does who set PGOPTIONS. */
  async function grant(settings: Record<string, string> = {}): Promise<void> {
    for (const [name, value] of Object.entries(settings)) {
      await owner.query('SELECT set_config($1, $2, false)', [name, value]);
    }
    const text = await readFile(ROLES, 'utf8');
    await owner.query(text.replaceAll('kyc_app', role));
  }
  const start = async (environment: Record<string, string> = {}) => {
    gateway = await startGateway({ databaseUrl: database.url, sandbox, environment });
    return gateway;
  };

  it('is the one of the tests', () => {
    expect(isOfApplication(database.url)).toBe(true);
  });

  it('may read the column of USERS_TOKEN_COLUMN if PGOPTIONS names it', async () => {
    await owner.query('ALTER TABLE users ADD COLUMN "authId" text UNIQUE');
    await expect(start({ USERS_TOKEN_COLUMN: 'authId' })).rejects.toThrow(
      `The role ${role} lacks rights: SELECT (authId) on users. Run docs/roles.sql`,
    );
    await grant({ 'kyc.token_column': 'authId' });
    await expect(start({ USERS_TOKEN_COLUMN: 'authId' })).resolves.toBeDefined();
  });

  /** Without this, a grant that no check knows would be missed at the start, and by the doctor. */
  it('cannot start after any single grant was revoked', async () => {
    const { rows } = await owner.query<{ revoke: string; undo: string }>(
      `WITH granted (what, name) AS (
         SELECT privilege_type, format('TABLE %I.%I', table_schema, table_name) FROM information_schema.role_table_grants WHERE grantee = $1
         UNION SELECT format('%s (%I)', privilege_type, column_name), format('%I.%I', table_schema, table_name)
         FROM information_schema.role_column_grants
         WHERE grantee = $1 AND (table_name = 'users' OR table_name = 'kyc_erasures' AND privilege_type = 'UPDATE')
         UNION SELECT 'EXECUTE', 'FUNCTION ' || p.oid::regprocedure FROM pg_proc p WHERE has_function_privilege($1, oid, 'EXECUTE')
           AND proacl IS NOT NULL AND proname LIKE 'kyc%' AND NOT EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee = 0))
       SELECT format('REVOKE %s ON %s FROM %I', what, name, $1) AS revoke, format('GRANT %s ON %s TO %I', what, name, $1) AS undo FROM granted`,
      [role],
    );
    expect(rows.length).toBeGreaterThan(40);
    const gatewayRole = await createDataSource({ url: database.url, poolSize: 1 }).initialize();
    const found = await requireUsersTable(gatewayRole, USERS);
    const use = { users: USERS, found, tokenColumn: undefined, createsUsers: true };
    const unnoticed: string[] = [];
    for (const { revoke, undo } of rows) {
      await owner.query(revoke);
      const error = await requireRightsToWork(gatewayRole, use).catch((reason: unknown) => reason);
      if (!(error instanceof UnfitDatabaseError)) unnoticed.push(revoke);
      await owner.query(undo);
    }
    await requireRightsToWork(gatewayRole, use);
    await gatewayRole.destroy();
    expect(unnoticed).toEqual([]);
  });

  it('starts the gateway with a warning if a policy can hide rows, and not if it hides all', async () => {
    await owner.query('ALTER TABLE users ENABLE ROW LEVEL SECURITY');
    await expect(start()).rejects.toThrow('Row-level security of the table users hides every row');
    await owner.query(`CREATE POLICY own ON users USING (email <> '')`);
    expect((await start()).logs()).toContain('"event":"database.rows_may_be_hidden"');
  });

  it('starts the gateway if the policies of its tables allow exactly the commands of the grants', async () => {
    const policies = {
      SELECT: 'USING (true)',
      INSERT: 'WITH CHECK (true)',
      UPDATE: 'USING (true) WITH CHECK (true)',
      DELETE: 'USING (true)',
    };
    const { rows } = await owner.query<{ table: string; command: keyof typeof policies }>(
      `SELECT DISTINCT format('%I.%I', table_schema, table_name) AS table, privilege_type AS command
       FROM (SELECT table_schema, table_name, privilege_type, grantee FROM information_schema.role_table_grants
             UNION SELECT table_schema, table_name, privilege_type, grantee FROM information_schema.role_column_grants) AS granted
       WHERE grantee = $1 AND (table_schema = 'kyc_jobs' OR table_name LIKE 'kyc%')`,
      [role],
    );
    expect(rows).toContainEqual({ table: 'public.kyc_erasures', command: 'UPDATE' });
    for (const { table, command } of rows) {
      await owner.query(`ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`);
      await owner.query(`CREATE POLICY "${command}" ON ${table} FOR ${command} ${policies[command]}`);
    }
    expect((await start()).logs()).not.toContain('database.rows_may_be_hidden');
  });

  it('starts the gateway with a warning if a remote database is not encrypted', async () => {
    gateway = await startGateway({ databaseUrl: database.url.replace('127.0.0.1', '0.0.0.0'), sandbox });
    expect(gateway.logs()).toContain('"event":"database.not_secure"');
  });

  it('may migrate beside a table of the platform that is named like those of the gateway', async () => {
    const { rows } = await owner.query<{ name: string }>(
      `SELECT relname AS name FROM pg_class WHERE relname LIKE 'kyc%' AND relkind = 'r' AND relnamespace = 'public'::regnamespace`,
    );
    for (const { name } of rows) await owner.query(`ALTER TABLE ${name} OWNER TO ${role}`);
    await owner.query(`ALTER SCHEMA kyc_jobs OWNER TO ${role}`);
    await owner.query(`GRANT CREATE ON SCHEMA public TO ${role}`);
    await owner.query('CREATE TABLE kyc_documents (id int)');
    const gatewayRole = await createDataSource({ url: database.url, poolSize: 1 }).initialize();
    await expect(requireRightsToMigrate(gatewayRole)).resolves.toBeUndefined();
    await owner.query('ALTER TABLE kyc_events OWNER TO CURRENT_USER');
    await expect(requireRightsToMigrate(gatewayRole)).rejects.toThrow(
      /may not migrate\. The table kyc_events belongs to the role \w+\./,
    );
    await gatewayRole.destroy();
  });

  it('is refused by the commands for jobs in words if the server is read-only', async () => {
    const name = new URL(database.url).pathname.slice(1);
    await owner.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    await expect(withJobs(database.url, () => Promise.resolve())).rejects.toThrow('the server is read-only');
  });
});

it('A migration is refused before its first step if the role may not create the later tables', async () => {
  const database = await createTestDatabase();
  const owner = new Client(database.ownerUrl);
  await owner.connect();
  const role = new URL(database.url).username;
  await owner.query(`DELETE FROM kyc_migrations WHERE id = (SELECT max(id) FROM kyc_migrations)`);
  await expect(
    startGateway({ databaseUrl: database.url, sandbox, environment: { DATABASE_MIGRATE: 'true' } }),
  ).rejects.toThrow(`The role ${role} may not migrate.`);
  await owner.end();
  await database.drop();
});
