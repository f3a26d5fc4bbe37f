import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { startPostgres } from '../../sandbox/postgres/postgres.ts';
import { type Seed, seed } from './seeding.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const TEMPLATE = 'bench_template';

/** Databases of a PostgreSQL whose commits wait for the disk. */
export interface Databases {
  /** A migrated database of the caller's own, with what is asked for in it. */
  create(options: Pick<Seed, 'sessions'> & Partial<Seed>): Promise<Database>;
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
    async create({ sessions, users = 0, hasLongHistory = false, progress = () => undefined }) {
      const name = `bench_${(count += 1)}`;
      await server.query(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
      const url = urlOf(postgres.url, name);
      const client = new Client(url);
      // When the server is stopped early, its end is no news.
      client.on('error', () => undefined);
      await client.connect();
      await seed(client, { sessions, users, hasLongHistory, progress });
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

function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}
