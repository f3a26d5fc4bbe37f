import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { Secrets } from '../../src/config/secrets.ts';
import { createDataSource } from '../../src/database/data-source.ts';
import { findProblemOfLogin } from '../../src/database/login.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

const NEW_ROLE = `kyc_login_${randomBytes(4).toString('hex')}`;

const USERS_TABLE = {
  schema: null,
  name: 'users',
  idColumn: 'id',
  emailColumn: 'email',
  mayCreate: true,
};

describe('A new login of DATABASE_URL', () => {
  let database: TestDatabase;
  let owner: Client;
  let current: DataSource;
  let url: string;

  beforeEach(async () => {
    database = await createTestDatabase();
    owner = new Client(database.ownerUrl);
    await owner.connect();
    await owner.query(`CREATE ROLE ${NEW_ROLE} LOGIN PASSWORD 'new-password'`);
    current = await createDataSource({ url: database.url, poolSize: 1 }).initialize();
    const next = new URL(database.url);
    next.username = NEW_ROLE;
    next.password = 'new-password';
    url = next.href;
  });
  afterEach(async () => {
    await current.destroy();
    await owner.query(`DROP OWNED BY ${NEW_ROLE}`);
    await owner.query(`DROP ROLE ${NEW_ROLE}`);
    await owner.end();
    await database.drop();
  });

  const grantAll = () => owner.query(`GRANT ${new URL(database.url).username} TO ${NEW_ROLE}`);
  const problemOf = (text: string) =>
    findProblemOfLogin(
      {
        database: { url: text, poolSize: 1, migratesAtStart: true },
        users: { shouldCreateFromToken: false, tokenColumn: undefined, table: USERS_TABLE },
      },
      current,
    );

  it('is usable if its role has the rights of docs/roles.sql', async () => {
    await grantAll();
    expect(await problemOf(url)).toBeNull();
  });

  it('is not usable if its role lacks rights', async () => {
    expect(await problemOf(url)).toContain(`The role ${NEW_ROLE} lacks rights: `);
  });

  it('is not usable if its sessions are read-only', async () => {
    await grantAll();
    await owner.query(`ALTER ROLE ${NEW_ROLE} SET default_transaction_read_only = on`);
    expect(await problemOf(url)).toBe('the server is read-only');
  });

  it('is not usable if the search path of its role leads to the tables of another gateway', async () => {
    await grantAll();
    await owner.query(`CREATE SCHEMA other; CREATE TABLE other.kyc_sessions (LIKE kyc_sessions INCLUDING ALL);
      ALTER TABLE other.kyc_sessions ADD CONSTRAINT kyc_sessions_user_fkey FOREIGN KEY (user_id) REFERENCES users (id);
      GRANT USAGE ON SCHEMA other TO ${NEW_ROLE}; GRANT SELECT, INSERT, UPDATE ON other.kyc_sessions TO ${NEW_ROLE};
      ALTER ROLE ${NEW_ROLE} SET search_path = other, public`);
    expect(await problemOf(url)).toBe('its search_path leads to other tables');
  });

  it('is not usable if the password is wrong', async () => {
    expect(await problemOf(url.replace('new-password', 'wrong'))).toContain('password authentication failed');
  });

  it('is not usable if the certificate of its URL cannot be read', async () => {
    await grantAll();
    expect(await problemOf(`${url}?sslrootcert=/missing.pem`)).toContain('/missing.pem');
  });
});

describe('A gateway whose login was rotated', () => {
  let database: TestDatabase;
  let owner: Client;
  let gateway: TestGateway;

  beforeAll(async () => {
    database = await createTestDatabase();
    owner = new Client(database.ownerUrl);
    await owner.connect();
    const role = new URL(database.url).username;
    await owner.query(`CREATE ROLE ${NEW_ROLE} LOGIN PASSWORD 'new-password' IN ROLE ${role}`);
    gateway = await startGateway({ databaseUrl: database.url });
  });
  afterAll(async () => {
    await gateway.close();
    await owner.query(`DROP OWNED BY ${NEW_ROLE}`);
    await owner.query(`DROP ROLE ${NEW_ROLE}`);
    await owner.end();
    await database.drop();
  });

  async function connectionsOf(role: string, condition = 'true'): Promise<number[]> {
    const { rows } = await owner.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND usename = $1 AND ${condition}`,
      [role],
    );
    return rows.map(({ pid }) => pid);
  }

  it('closes each connection of the old login at the end of its use, and listens with the new one', async () => {
    const { username: oldRole } = new URL(database.url);
    const isListener = `query ~ '^LISTEN|pg_listening_channels|^SELECT 1$'`;
    const dataSource = gateway.app.get(DataSource);
    const busy = dataSource.createQueryRunner();
    await busy.startTransaction();
    const [{ pid }] = (await busy.query('SELECT pg_backend_pid() AS pid')) as [{ pid: number }];
    await Promise.all([1, 2, 3].map(() => dataSource.query('SELECT pg_sleep(0)')));
    expect((await connectionsOf(oldRole)).length).toBeGreaterThan(3);

    const secrets = gateway.app.get(Secrets);
    const next = new URL(database.url);
    next.username = NEW_ROLE;
    next.password = 'new-password';
    secrets.replace({ ...secrets.current, database: { url: next.href } });

    const isOnlyBusyOne = async () => String(await connectionsOf(oldRole)) === String(pid) || undefined;
    await expect(eventually(isOnlyBusyOne)).resolves.toBe(true);
    const listens = async () => (await connectionsOf(NEW_ROLE, isListener)).length === 2 || undefined;
    await expect(eventually(listens)).resolves.toBe(true);

    await busy.commitTransaction();
    await busy.release();
    const isUnused = async () => (await connectionsOf(oldRole)).length === 0 || undefined;
    await expect(eventually(isUnused)).resolves.toBe(true);
    expect((await gateway.openSession()).sessionId).toBeDefined();
    expect(gateway.logs()).not.toMatch(/jobs\.error|stream\.feed_lost/);
  });
});
