import { Client } from 'pg';
import { type Sandbox, startSandbox } from '../../packages/sandbox/sandbox.ts';
import { examine } from '../../src/doctor/examine.ts';
import type { Finding, Verdict } from '../../src/doctor/finding.ts';
import { openPooler } from '../support/pooler.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

type Variables = Record<string, string>;

interface Surroundings {
  sandbox: Sandbox;
  database: TestDatabase;
  /** Runs statements as the owner of the tables. */
  asOwner(...statements: string[]): Promise<void>;
  /** The role of the gateway. */
  role: string;
  /** Called at the end of the case. */
  cleanUp(work: () => unknown): void;
}

interface Misfit {
  title: string;
  isEmpty?: true;
  /** Builds the misfit and returns the variables that belong to it. */
  build(surroundings: Surroundings): Promise<Variables> | Variables;
  check: string;
  verdict?: Verdict;
  remedy: RegExp;
}

const PENDING = `DELETE FROM kyc_migrations WHERE id = (SELECT max(id) FROM kyc_migrations)`;

const DATABASE: Misfit[] = [
  {
    title: 'a database that cannot be reached',
    build: () => ({ DATABASE_URL: 'postgres://kyc:s3cret@127.0.0.1:1/kyc' }),
    check: 'database',
    remedy: /ECONNREFUSED 127\.0\.0\.1:1\. Check that PostgreSQL is running/,
  },
  {
    title: 'a wrong password',
    build: ({ database }) => ({ DATABASE_URL: database.url.replace(/:[^:@]+@/, ':s3cret@') }),
    check: 'database',
    remedy: /Check the user and the password in DATABASE_URL/,
  },
  {
    title: 'a database that does not exist',
    build: ({ database }) => ({ DATABASE_URL: database.url.replace(/[^/]+$/, 'nowhere') }),
    check: 'database',
    remedy: /Create the database, or correct its name/,
  },
  {
    title: 'a server that is read-only',
    async build({ asOwner, database }) {
      const name = new URL(database.url).pathname.slice(1);
      await asOwner(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
      return {};
    },
    check: 'database writes',
    remedy: /read-only.* Let DATABASE_URL lead to the primary/,
  },
  {
    title: 'a pooler in transaction mode',
    async build({ database, cleanUp }) {
      const pooler = await openPooler(database.url, 'transaction');
      cleanUp(() => pooler.close());
      return { DATABASE_URL: pooler.url };
    },
    check: 'database pooler',
    remedy: /pooler in transaction mode\. Connect directly, or use session mode/,
  },
  {
    title: 'a remote database without encryption',
    // This address leads to the same machine, but is not a loopback address.
    build: ({ database }) => ({ DATABASE_URL: database.url.replace('127.0.0.1', '0.0.0.0') }),
    check: 'database encryption',
    verdict: 'warning',
    remedy: /at 0\.0\.0\.0 is not encrypted\. Set sslmode=verify-full/,
  },
  {
    title: 'a migration that the operator must apply',
    async build({ asOwner }) {
      await asOwner(PENDING);
      return {};
    },
    check: 'migrations',
    remedy: /1 of the migrations is pending\. Run npm run migrate as the owner, and then docs\/roles\.sql/,
  },
  {
    title: 'a migration that the start applies',
    async build({ asOwner, database }) {
      await asOwner(PENDING);
      return { DATABASE_URL: database.ownerUrl, DATABASE_MIGRATE: 'true' };
    },
    check: 'migrations',
    verdict: 'warning',
    remedy: /The next start applies them/,
  },
  {
    title: 'a database of a newer version',
    async build({ asOwner }) {
      await asOwner(`INSERT INTO kyc_migrations (timestamp, name) VALUES (1, 'Newer1790000000000')`);
      return {};
    },
    check: 'migrations',
    verdict: 'warning',
    remedy: /newer version has migrated the database \(Newer1790000000000\)\. Use that version/,
  },
  {
    title: 'a users table that is in no schema of the search path',
    async build({ asOwner }) {
      await asOwner('CREATE SCHEMA app', 'ALTER TABLE users SET SCHEMA app');
      return {};
    },
    check: 'users table',
    remedy: /users does not exist\. Tables with a similar name: app\.users\. .*Set USERS_TABLE/,
  },
  {
    title: 'a column for mail addresses that does not exist',
    build: () => ({ USERS_EMAIL_COLUMN: 'mail' }),
    check: 'users table',
    remedy: /no column mail\. .*Set USERS_ID_COLUMN and USERS_EMAIL_COLUMN\. The columns are id, email/,
  },
  {
    title: 'another users table than the migrations ran for',
    async build({ asOwner }) {
      await asOwner('CREATE TABLE people (id uuid PRIMARY KEY, email text)');
      return { USERS_TABLE: 'people' };
    },
    check: 'users table',
    remedy: /Restore USERS_TABLE and USERS_ID_COLUMN/,
  },
  {
    title: 'a view in place of the users table, before the first migration',
    isEmpty: true,
    async build({ asOwner }) {
      await asOwner('CREATE VIEW users AS SELECT 1 AS id, NULL AS email');
      return { DATABASE_MIGRATE: 'true' };
    },
    check: 'users table',
    remedy: /users is a view, and the gateway needs a table\. Set USERS_TABLE/,
  },
  {
    title: 'a users table with a key of two columns, before the first migration',
    isEmpty: true,
    async build({ asOwner }) {
      await asOwner('CREATE TABLE users (tenant int, id int, email text, PRIMARY KEY (tenant, id))');
      return { DATABASE_MIGRATE: 'true' };
    },
    check: 'users table',
    remedy: /must be unique by itself.*Set USERS_ID_COLUMN to a unique column/,
  },
  {
    title: 'a column kyc_status that is too short, before the first migration',
    isEmpty: true,
    async build({ asOwner }) {
      await asOwner('CREATE TABLE users (id int PRIMARY KEY, email text, kyc_status varchar(4) NOT NULL)');
      return { DATABASE_MIGRATE: 'true' };
    },
    check: 'users table',
    remedy: /It must be varchar\(20\) or text/,
  },
  {
    title: 'a token column without a unique index',
    async build({ asOwner, role }) {
      await asOwner(
        'ALTER TABLE users ADD COLUMN auth_id text',
        `GRANT SELECT (auth_id) ON users TO ${role}`,
      );
      return { USERS_TOKEN_COLUMN: 'auth_id' };
    },
    check: 'USERS_TOKEN_COLUMN',
    remedy: /must name a column with a unique index of its own/,
  },
  {
    title: 'a role that may not migrate although the start migrates',
    build: () => ({ DATABASE_MIGRATE: 'true' }),
    check: 'rights to migrate',
    remedy: /may not migrate\. .*set DATABASE_MIGRATE=false and migrate as the owner/,
  },
  {
    title: 'a role without rights to work',
    async build({ asOwner, role }) {
      await asOwner(
        `REVOKE INSERT ON kyc_events FROM ${role}`,
        `REVOKE SELECT (email), UPDATE (kyc_status) ON users FROM ${role}`,
        `REVOKE EXECUTE ON FUNCTION kyc_erase_user FROM ${role}`,
      );
      return {};
    },
    check: 'rights to work',
    remedy:
      /lacks rights: SELECT \(email\) on users, UPDATE \(kyc_status\) on users, EXECUTE on function kyc_erase_user, INSERT on kyc_events\. Run docs\/roles\.sql/,
  },
  {
    title: 'row-level security that hides all users',
    async build({ asOwner }) {
      await asOwner('ALTER TABLE users ENABLE ROW LEVEL SECURITY');
      return {};
    },
    check: 'row-level security',
    remedy:
      /users hides every row.*\(SELECT, UPDATE\)\. Run as the owner: CREATE POLICY kyc_gateway ON users/,
  },
  {
    title: 'row-level security that hides users from changes',
    async build({ asOwner }) {
      await asOwner(
        'ALTER TABLE users ENABLE ROW LEVEL SECURITY',
        'CREATE POLICY readable ON users FOR SELECT USING (true)',
      );
      return {};
    },
    check: 'row-level security',
    remedy: /\(UPDATE\)\. Run as the owner: CREATE POLICY/,
  },
  {
    title: 'row-level security that can hide some users',
    async build({ asOwner }) {
      await asOwner(
        'ALTER TABLE users ENABLE ROW LEVEL SECURITY',
        `CREATE POLICY own ON users USING (email <> '')`,
      );
      return {};
    },
    check: 'row-level security',
    verdict: 'warning',
    remedy: /can hide rows.*run as the owner: CREATE POLICY/,
  },
  {
    title: 'row-level security of a table of the gateway',
    async build({ asOwner }) {
      await asOwner('ALTER TABLE kyc_sessions ENABLE ROW LEVEL SECURITY');
      return {};
    },
    check: 'row-level security',
    remedy: /CREATE POLICY kyc_gateway ON kyc_sessions/,
  },
  {
    title: 'job tables that are missing',
    async build({ asOwner }) {
      await asOwner('DROP SCHEMA kyc_jobs CASCADE');
      return {};
    },
    check: 'job tables',
    remedy: /Run `npm run migrate -- up` first/,
  },
];

const ENVIRONMENT: Misfit[] = [
  {
    title: 'a variable that is missing',
    build: () => ({ MAIL_FROM: '' }),
    check: 'environment',
    remedy: /^MAIL_FROM must be set\. docs\/configuration\.md explains every variable\.$/,
  },
];

describe('The doctor', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());

  const clean: (() => unknown)[] = [];
  afterEach(async () => {
    for (const work of clean.splice(0).toReversed()) await work();
  });

  async function surroundings(isEmpty = false): Promise<Surroundings> {
    const database = await createTestDatabase({ isEmpty });
    clean.push(() => database.drop());
    return {
      sandbox,
      database,
      async asOwner(...statements) {
        const client = new Client(database.ownerUrl);
        await client.connect();
        for (const statement of statements) await client.query(statement);
        await client.end();
      },
      role: new URL(database.url).username,
      cleanUp: (work) => void clean.push(work),
    };
  }

  const complete = ({ database }: Surroundings): Variables => ({
    ...sandbox.environment,
    DATABASE_URL: database.url,
    DATABASE_MIGRATE: 'false',
    KYC_PROVIDER: 'persona',
    KYC_REDIRECT_URLS: 'https://app.example.com/kyc/return',
    CORS_ORIGINS: 'https://app.example.com',
  });
  const wrong = (findings: Finding[]) => findings.filter(({ verdict }) => verdict !== 'ok');

  it('finds nothing wrong with an environment that fits', async () => {
    const findings = await examine(complete(await surroundings()));
    expect(wrong(findings)).toEqual([]);
    expect(findings.map(({ check }) => check)).toEqual([
      'environment',
      'database',
      'database writes',
      'database pooler',
      'database encryption',
      'migrations',
      'users table',
      'rights to work',
      'row-level security',
      'job tables',
    ]);
  });

  it.each([...ENVIRONMENT, ...DATABASE])(
    'names $title, with its remedy',
    async ({ isEmpty, build, check, verdict = 'failed', remedy }) => {
      const around = await surroundings(isEmpty);
      const findings = await examine({ ...complete(around), ...(await build(around)) });
      const others = isEmpty === true ? ['migrations'] : [];
      expect(wrong(findings).filter((finding) => !others.includes(finding.check))).toEqual([
        { check, verdict, message: expect.stringMatching(remedy) },
      ]);
      expect(JSON.stringify(findings)).not.toContain('s3cret');
    },
  );

  it('writes nothing to the database', async () => {
    const around = await surroundings(true);
    await examine({ ...complete(around), DATABASE_MIGRATE: 'true', USERS_TABLE_CREATE: 'true' });
    const client = new Client(around.database.ownerUrl);
    await client.connect();
    const { rows } = await client.query(
      `SELECT relname FROM pg_class WHERE relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname ~ '^(pg_|information_schema)')`,
    );
    await client.end();
    expect(rows).toEqual([]);
  });
});
