import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { readConfig } from '../../src/config/read-config.ts';
import { PROVIDER_DEFINITIONS } from '../../src/kyc/providers/registry.ts';
import { type Sandbox, startSandbox } from '../../packages/sandbox/sandbox.ts';
import {
  type GatewayOptions,
  startGateway as start,
  type TestGateway,
  WEBHOOK_PATH,
} from '../support/gateway.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

interface Platform {
  title: string;
  /** The value of USERS_TABLE. */
  table: string;
  sql: string;
  id: string;
  email: string;
  ids: [string, string];
  type: string;
}

const UUIDS: [string, string] = [
  '5b6f1c9e-1111-4222-8333-444455556666',
  '5b6f1c9e-1111-4222-8333-444455557777',
];
const PLATFORMS: Platform[] = [
  {
    title: 'Prisma (“"User"”)',
    table: '"User"',
    sql: '"User"',
    id: 'id',
    email: 'email',
    ids: ['cl9ebqhxk00003b600tymydho', 'cl9ebqhxk00003b600tymydhp'],
    type: 'text',
  },
  {
    title: 'a schema of its own',
    table: 'app.users',
    sql: 'app.users',
    id: 'user_id',
    email: 'mail',
    ids: ['41', '42'],
    type: 'bigint',
  },
  {
    title: 'upper case in columns',
    table: 'auth.users',
    sql: 'auth.users',
    id: 'userId',
    email: 'e mail',
    ids: UUIDS,
    type: 'uuid',
  },
  {
    title: 'names that SQL reserves',
    table: '"my schema".order',
    sql: '"my schema"."order"',
    id: 'group',
    email: 'a"b',
    ids: ['41', '42'],
    type: 'integer',
  },
  {
    title: 'a table in partitions',
    table: 'app.members',
    sql: 'app.members',
    id: 'id',
    email: 'email',
    ids: ['m-1', 'm-2'],
    type: 'varchar(12)',
  },
];

/** A gateway that does not start cannot close a sandbox of its own. */
let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

async function startGateway(options: GatewayOptions): Promise<TestGateway> {
  const gateway = await start({ sandbox, ...options });
  sandbox.deliverTo(gateway.url + WEBHOOK_PATH);
  return gateway;
}

const quote = (name: string) => `"${name.replaceAll('"', '""')}"`;

async function run(url: string, ...statements: string[]): Promise<Record<string, unknown>[]> {
  const client = new Client(url);
  await client.connect();
  try {
    let rows: Record<string, unknown>[] = [];
    for (const statement of statements) ({ rows } = await client.query(statement));
    return rows;
  } finally {
    await client.end();
  }
}

it('No statement of the gateway names the table users literally', async () => {
  const source = fileURLToPath(new URL('../../src', import.meta.url));
  const files = (await readdir(source, { recursive: true })).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'),
  );
  const texts = await Promise.all(
    files.map(async (file) => [file, await readFile(`${source}/${file}`, 'utf8')] as const),
  );
  const found = texts.filter(([, text]) =>
    /\b(FROM|JOIN|UPDATE|INTO|TABLE|ON|REFERENCES) users\b/.test(text),
  );
  expect(found.map(([file]) => file)).toEqual([]);
});

describe.each(PLATFORMS)('A platform with $title', (platform) => {
  const { table, sql, id, email, ids, type } = platform;
  const environment = { USERS_TABLE: table, USERS_ID_COLUMN: id, USERS_EMAIL_COLUMN: email };
  let database: TestDatabase;
  let gateway: TestGateway;

  beforeAll(async () => {
    database = await createTestDatabase({ isEmpty: true });
    const partitions = table === 'app.members' ? `PARTITION BY HASH (${quote(id)})` : '';
    await run(
      database.url,
      'CREATE SCHEMA app; CREATE SCHEMA auth; CREATE SCHEMA "my schema"',
      `CREATE TABLE ${sql} (${quote(id)} ${type} PRIMARY KEY, ${quote(email)} text NOT NULL) ${partitions}`,
      ...(partitions === ''
        ? []
        : [`CREATE TABLE app.only_part PARTITION OF ${sql} FOR VALUES WITH (MODULUS 1, REMAINDER 0)`]),
      `INSERT INTO ${sql} VALUES ('${ids[0]}', 'jane@example.com'), ('${ids[1]}', 'joe@example.com')`,
    );
    gateway = await startGateway({
      databaseUrl: database.url,
      environment: { ...environment, USERS_TABLE_CREATE: 'false', KYC_ERASURE_KEEPS_DECISION: 'false' },
    });
  });
  afterAll(async () => {
    await gateway?.close();
    await database.drop();
  });

  const rowOf = async (userId: string) =>
    (await run(database.url, `SELECT * FROM ${sql} WHERE ${quote(id)} = '${userId}'`))[0];
  const userOf = async (userId: string) => ({
    id: userId,
    token: await gateway.sandbox.issuer.tokenFor({ sub: userId }),
  });

  it('has its users verified, notified and erased', async () => {
    const jane = await userOf(ids[0]);
    const { body } = await gateway.start(jane);
    await gateway.sandbox.persona.decide(String(body['session_id']), { outcome: 'approve' });
    expect(await rowOf(ids[0])).toMatchObject({ kyc_status: 'verified', kyc_provider: 'persona' });
    expect((await gateway.status(jane)).body).toMatchObject({ kyc_status: 'verified' });
    await gateway.sandbox.mailbox.waitFor((mail) => mail.to.includes('jane@example.com'));
    const erased = await fetch(`${gateway.url}/api/kyc/data`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${jane.token}` },
    });
    expect(erased.status).toBe(202);
    expect(await rowOf(ids[0])).toMatchObject({ kyc_status: 'not_verified', kyc_session_id: null });
  });

  it('has its current attempts kept by retention', async () => {
    const { body } = await gateway.start(await userOf(ids[1]));
    const sessionId = String(body['session_id']);
    await gateway.sandbox.persona.decide(sessionId, { outcome: 'decline' });
    const [purged] = await run(
      database.url,
      `UPDATE kyc_sessions SET ended_at = now() - interval '60 days' WHERE provider_session_id = '${sessionId}'`,
      `SELECT sessions FROM kyc_purge_sessions(now() - interval '30 days', 10)`,
    );
    expect(purged).toEqual({ sessions: 0 });
  });

  it('gets the columns in its own table and no other table', async () => {
    const tables = await run(
      database.url,
      `SELECT attrelid::regclass::text AS name FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
       WHERE attname = 'kyc_status' AND relkind IN ('r', 'p') AND NOT relispartition`,
    );
    expect(tables).toEqual([{ name: sql }]);
  });

  it('can run the gateway with a role that has the grants of docs/roles.sql', async () => {
    const role = `kyc_reader_${database.url.split('_').at(-1)}`;
    const grants = await readFile(new URL('../../docs/roles.sql', import.meta.url), 'utf8');
    try {
      await run(
        database.url,
        `CREATE ROLE ${role}`,
        `SET kyc.email_column = '${email}'; ${grants.replaceAll('kyc_app', role)}`,
      );
      const rows = await run(
        database.url,
        `SET ROLE ${role}`,
        `SELECT ${quote(email)}::text AS address FROM ${sql} WHERE ${quote(id)} = '${ids[1]}'`,
      );
      expect(rows).toEqual([{ address: 'joe@example.com' }]);
    } finally {
      await run(database.url, `DROP OWNED BY ${role}`, `DROP ROLE ${role}`);
    }
  });
});

interface WrongFit {
  title: string;
  /** The SQL that creates the platform's tables. */
  platform: string;
  environment?: Record<string, string>;
  sentence: string;
}

const WRONG_FITS: WrongFit[] = [
  {
    title: 'that does not exist',
    platform:
      'CREATE TABLE "User" (id text PRIMARY KEY, email text); CREATE TABLE app.users (id uuid PRIMARY KEY)',
    sentence:
      'The table users does not exist. Tables with a similar name: app.users, "User". Set USERS_TABLE to the table ' +
      "with your platform's users. If there is none, USERS_TABLE_CREATE=true lets the migration create it.",
  },
  {
    title: 'that does not exist, like any other table',
    platform: '',
    environment: { USERS_TABLE: 'nowhere.users' },
    sentence: 'The table nowhere.users does not exist. Set USERS_TABLE',
  },
  {
    title: 'to be created in a schema that does not exist',
    platform: '',
    environment: { USERS_TABLE: 'nowhere.users', USERS_TABLE_CREATE: 'true' },
    sentence: 'The table nowhere.users cannot be created, because its schema does not exist.',
  },
  {
    title: 'that is a view',
    platform:
      'CREATE TABLE people (id uuid PRIMARY KEY, email text); CREATE VIEW users AS SELECT * FROM people',
    sentence: 'users is a view, and the gateway needs a table. Set USERS_TABLE to the table behind it.',
  },
  {
    title: 'that is a materialized view',
    platform: `CREATE MATERIALIZED VIEW app.users AS SELECT 1 AS id, 'x' AS email`,
    environment: { USERS_TABLE: 'app.users' },
    sentence: 'app.users is a materialized view, and the gateway needs a table.',
  },
  {
    title: 'without a key',
    platform: 'CREATE TABLE users (id uuid, email text)',
    sentence:
      'The column id of the table users must be unique by itself, and the table has no primary key. ' +
      'Set USERS_ID_COLUMN to a unique column, or add a constraint UNIQUE (id).',
  },
  {
    title: 'with a composite key',
    platform: 'CREATE TABLE users (tenant integer, id integer, email text, PRIMARY KEY (tenant, id))',
    sentence:
      'The column id of the table users must be unique by itself, and the table has the primary key (tenant, id).',
  },
  {
    title: 'whose id is unique in a part of the rows only',
    platform: 'CREATE TABLE users (id integer, email text); CREATE UNIQUE INDEX ON users (id) WHERE id > 0',
    sentence: 'The column id of the table users must be unique by itself',
  },
  {
    title: 'whose columns have other names',
    platform: 'CREATE TABLE app.users (uid uuid PRIMARY KEY, mail text)',
    environment: { USERS_TABLE: 'app.users' },
    sentence:
      'The table app.users has no column id and no column email. The gateway needs the id that the token names and ' +
      'the address for mail. Set USERS_ID_COLUMN and USERS_EMAIL_COLUMN. The columns are uid, mail.',
  },
  {
    title: 'whose column is written in lower case',
    platform: 'CREATE TABLE users ("userId" uuid PRIMARY KEY, email text)',
    environment: { USERS_ID_COLUMN: 'userid' },
    sentence: 'The table users has no column userid.',
  },
  {
    title: 'in partitions that do not all have the index of the table',
    platform: `
      CREATE TABLE users (id integer PRIMARY KEY, email text, kyc_status text NOT NULL DEFAULT 'not_verified')
        PARTITION BY HASH (id);
      CREATE TABLE part PARTITION OF users FOR VALUES WITH (MODULUS 1, REMAINDER 0);
      CREATE INDEX idx_users_kyc_status ON ONLY users (kyc_status)`,
    sentence:
      'The index public.idx_users_kyc_status of a partitioned table is not valid, because a partition lacks its part. ' +
      'Build the index on each partition with CREATE INDEX CONCURRENTLY, and run for each of them: ' +
      'ALTER INDEX public.idx_users_kyc_status ATTACH PARTITION, with the name of the index of the partition.',
  },
];

describe('The gateway does not start with a users table', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase({ isEmpty: true });
    await run(database.url, 'CREATE SCHEMA app');
  });
  afterEach(() => database.drop());

  it.each(WRONG_FITS)('$title', async ({ platform, environment, sentence }) => {
    if (platform !== '') await run(database.url, platform);
    const started = startGateway({
      databaseUrl: database.url,
      environment: { USERS_TABLE_CREATE: 'false', ...environment },
    });
    await expect(started).rejects.toThrow(sentence);
  });

  it('other than the one that the migrations ran for', async () => {
    await run(database.url, 'CREATE TABLE app.users (id uuid PRIMARY KEY, email text)');
    await (await startGateway({ databaseUrl: database.url })).close();
    const started = startGateway({ databaseUrl: database.url, environment: { USERS_TABLE: 'app.users' } });
    await expect(started).rejects.toThrow(
      'The migrations ran for the column id of the table users, and the configuration names id of app.users.',
    );
  });

  it.each(['schema', 'currentSchema'])('that the parameter %s of DATABASE_URL names', (parameter) => {
    const read = () =>
      readConfig(PROVIDER_DEFINITIONS, { DATABASE_URL: `postgres://u:p@127.0.0.1/kyc?${parameter}=app` });
    expect(read).toThrow(
      'DATABASE_URL must not contain the parameter schema or currentSchema, which PostgreSQL ignores. ' +
        'Remove it, and set USERS_TABLE to the table with its schema, such as app.users',
    );
  });
});

describe('A platform that keeps everything in a schema of its search path', () => {
  it('has its users verified', async () => {
    const database = await createTestDatabase({ isEmpty: true });
    await run(
      database.url,
      'CREATE SCHEMA app',
      'CREATE TABLE app.users (id bigint PRIMARY KEY, email text)',
      `INSERT INTO app.users VALUES (7, 'jane@example.com')`,
    );
    const databaseUrl = `${database.url}?options=${encodeURIComponent('-c search_path=app')}`;
    const gateway = await startGateway({ databaseUrl, environment: { USERS_TABLE_CREATE: 'false' } });
    try {
      const jane = { token: await gateway.sandbox.issuer.tokenFor({ sub: '7' }) };
      const { body } = await gateway.start(jane);
      await gateway.sandbox.persona.decide(String(body['session_id']), { outcome: 'approve' });
      expect((await gateway.status(jane)).body).toMatchObject({ kyc_status: 'verified' });
      // The limits of the gateway's own connections apply beside the options of the URL.
      await expect(gateway.app.get(DataSource).query('SHOW statement_timeout')).resolves.toEqual([
        { statement_timeout: '4s' },
      ]);
    } finally {
      await gateway.close();
      await database.drop();
    }
  });
});

describe('A platform that changes its table later', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase({ isEmpty: true });
  });
  afterEach(() => database.drop());

  const verify = async (gateway: TestGateway, sub: string) => {
    const user = { token: await gateway.sandbox.issuer.tokenFor({ sub }) };
    const { body } = await gateway.start(user);
    await gateway.sandbox.persona.decide(String(body['session_id']), { outcome: 'approve' });
    return (await gateway.status(user)).body['kyc_status'];
  };

  it.each([
    ['integer', 'bigint', '5000000000'],
    ['varchar(4)', 'text', 'much-longer'],
  ])('from %s to %s gets users with longer ids verified', async (narrow, wide, longId) => {
    await run(database.url, `CREATE TABLE users (id ${narrow} PRIMARY KEY, email text)`);
    const gateway = await startGateway({ databaseUrl: database.url });
    try {
      await run(
        database.url,
        `ALTER TABLE users ALTER COLUMN id TYPE ${wide}`,
        `INSERT INTO users VALUES ('${longId}', 'jane@example.com')`,
      );
      expect(await verify(gateway, longId)).toBe('verified');
    } finally {
      await gateway.close();
    }
  });

  it('to a type of another kind gets the statements that are missing', async () => {
    await run(database.url, 'CREATE TABLE users (id integer PRIMARY KEY, email text)');
    await (await startGateway({ databaseUrl: database.url })).close();
    await run(
      database.url,
      'ALTER TABLE kyc_sessions DROP CONSTRAINT kyc_sessions_user_fkey',
      'ALTER TABLE users ALTER COLUMN id TYPE text',
    );
    await expect(startGateway({ databaseUrl: database.url })).rejects.toThrow(
      'The table kyc_sessions has lost its foreign key to users. Run: ALTER TABLE kyc_sessions ADD CONSTRAINT',
    );
    await run(
      database.url,
      'ALTER TABLE kyc_sessions ALTER COLUMN user_id TYPE text',
      `ALTER TABLE kyc_sessions ADD CONSTRAINT kyc_sessions_user_fkey
         FOREIGN KEY (user_id) REFERENCES "users" ("id") ON DELETE CASCADE`,
    );
    await expect(startGateway({ databaseUrl: database.url })).rejects.toThrow(
      'users.id is of the type text, and kyc_erasures.user_id is of the type bigint, which cannot hold every id. ' +
        'Run: ALTER TABLE kyc_erasures ALTER COLUMN user_id TYPE text USING user_id::text::text.',
    );
  });

  it('to another name and another schema is served again after a restart', async () => {
    await run(database.url, 'CREATE SCHEMA app', 'CREATE TABLE users (id uuid PRIMARY KEY, email text)');
    await (await startGateway({ databaseUrl: database.url })).close();
    await run(
      database.url,
      'ALTER TABLE users SET SCHEMA app; ALTER TABLE app.users RENAME TO members',
      'ALTER TABLE app.members RENAME COLUMN id TO uid',
      `INSERT INTO app.members (uid, email) VALUES ('${UUIDS[0]}', 'jane@example.com')`,
    );
    const gateway = await startGateway({
      databaseUrl: database.url,
      environment: { USERS_TABLE: 'app.members', USERS_ID_COLUMN: 'uid' },
    });
    try {
      expect(await verify(gateway, UUIDS[0])).toBe('verified');
      const erased = await fetch(`${gateway.url}/api/kyc/data`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${await gateway.sandbox.issuer.tokenFor({ sub: UUIDS[0] })}` },
      });
      expect(erased.status).toBe(202);
    } finally {
      await gateway.close();
    }
  });
});
