import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { startPostgres } from '../../sandbox/postgres/postgres.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TEMPLATE = 'bench_template';

/** Databases of a PostgreSQL whose commits wait for the disk. */
export interface Databases {
  /** A migrated database of the caller's own, in which so many users are in a session each, at Persona. */
  create(options: { sessions: number }): Promise<Database>;
  /** Those that are still there. */
  dropAll(): Promise<void>;
  close(): Promise<void>;
}

export interface Database {
  readonly url: string;
  query<Row extends object>(sql: string, values?: unknown[]): Promise<Row[]>;
  drop(): Promise<void>;
}

export async function openDatabases(): Promise<Databases> {
  const postgres = await startPostgres({ isDurable: true });
  const server = new Client(postgres.url);
  await server.connect();
  await server.query(`CREATE DATABASE ${TEMPLATE}`);
  const templateUrl = urlOf(postgres.url, TEMPLATE);
  await run(process.execPath, ['dist/commands/migrate.js'], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], DATABASE_URL: templateUrl },
  });
  let count = 0;
  const open = new Set<Database>();

  return {
    async create({ sessions }) {
      const name = `bench_${(count += 1)}`;
      await server.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
      const url = urlOf(postgres.url, name);
      const client = new Client(url);
      await client.connect();
      await seed(client, sessions);
      const database: Database = {
        url,
        query: async <Row extends object>(sql: string, values: unknown[] = []) =>
          (await client.query<Row>(sql, values)).rows,
        async drop() {
          open.delete(database);
          await client.end();
          await server.query(`DROP DATABASE ${name} WITH (FORCE)`);
        },
      };
      open.add(database);
      return database;
    },
    async dropAll() {
      for (const database of open) await database.drop();
    },
    async close() {
      for (const database of open) await database.drop();
      await server.end();
      await postgres.stop();
    },
  };
}

/** Sessions that are waiting for their provider's word, and that nobody is going to ask about today. See webhooks.ts for the ids. */
async function seed(client: Client, sessions: number): Promise<void> {
  await client.query(
    `INSERT INTO users (id, email, kyc_status, kyc_provider, kyc_session_id)
     SELECT ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'user-' || n || '@users.example.com', 'pending',
            'persona', 'inq_bench' || lpad(n::text, 15, '0')
     FROM generate_series(1, $1::int) AS n`,
    [sessions],
  );
  await client.query(
    `INSERT INTO kyc_sessions (user_id, provider, provider_session_id, phase, opened_at, changed_at, expires_at, next_read_at)
     SELECT id, kyc_provider, kyc_session_id, 'open', now(), now(), now() + interval '1 day', now() + interval '1 day'
     FROM users`,
  );
  await client.query('VACUUM (ANALYZE)');
  await client.query('CHECKPOINT');
}

function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}
