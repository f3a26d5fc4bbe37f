import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { startPostgres } from '../../packages/sandbox/postgres/postgres.ts';
import { type Seed, seed } from './seeding.ts';

const run = promisify(execFile);
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Databases on a PostgreSQL whose commits wait for the disk. */
export interface Databases {
  readonly version: string;
  /** Creates a migrated database with the given rows. */
  create(options: Pick<Seed, 'sessions'> & Partial<Seed>): Promise<Database>;
  dropAll(): Promise<void>;
  close(): Promise<void>;
}

export interface Database {
  readonly url: string;
  query<Row extends object>(sql: string, values?: unknown[]): Promise<Row[]>;
  drop(): Promise<void>;
}

/** @param serverUrl a superuser URL of an existing server; by default a server is started */
export async function openDatabases(serverUrl: string | null = null): Promise<Databases> {
  const postgres =
    serverUrl === null ? await startPostgres({ isDurable: true, settings: sizedForThisMachine() }) : null;
  const url = serverUrl ?? postgres?.url ?? '';
  const server = new Client(url);
  await server.connect();
  const version = await requireDurable(server);
  // An existing server can contain databases of other runs.
  const prefix = `kyc_bench_${randomBytes(4).toString('hex')}`;
  const template = `${prefix}_template`;
  await server.query(`CREATE DATABASE ${template}`);
  const templateUrl = urlOf(url, template);
  let count = 0;
  const open = new Set<Database>();

  async function close(): Promise<void> {
    for (const database of open) await database.drop();
    await server.query(`DROP DATABASE ${template} WITH (FORCE)`);
    await server.end();
    await postgres?.stop();
  }

  await run(process.execPath, ['dist/commands/migrate.js'], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], DATABASE_URL: templateUrl, USERS_TABLE_CREATE: 'true' },
  }).catch(async (error: unknown) => {
    await close();
    throw error;
  });

  return {
    version,
    async create({ sessions, users = 0, hasLongHistory = false, progress = () => undefined }) {
      const name = `${prefix}_${(count += 1)}`;
      await server.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
      const databaseUrl = urlOf(url, name);
      const client = new Client(databaseUrl);
      // The server can stop before this connection ends. Without a listener, the error would end the process.
      client.on('error', () => undefined);
      const database: Database = {
        url: databaseUrl,
        query: async <Row extends object>(sql: string, values: unknown[] = []) =>
          (await client.query<Row>(sql, values)).rows,
        async drop() {
          open.delete(database);
          await client.end();
          await server.query(`DROP DATABASE ${name} WITH (FORCE)`);
        },
      };
      // Registered first, so that it is dropped even if filling fails or is interrupted.
      open.add(database);
      await client.connect();
      await seed(client, { sessions, users, hasLongHistory, progress });
      return database;
    },
    async dropAll() {
      for (const database of open) await database.drop();
    },
    close,
  };
}

/**
 * Sizes PostgreSQL as its manual recommends: a quarter of the memory for buffers, and enough WAL that only
 * checkpoint_timeout causes checkpoints. The defaults are for a machine with 1 GB.
 */
function sizedForThisMachine(): Record<string, string> {
  return { shared_buffers: `${Math.floor(totalmem() / 4 / 2 ** 20)}MB`, max_wal_size: '16GB' };
}

/** @throws Error if commits do not wait for the disk, because the results then mean nothing */
async function requireDurable(server: Client): Promise<string> {
  const { rows } = await server.query<{ version: string; fsync: string; commit: string }>(
    `SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync,
            current_setting('synchronous_commit') AS commit`,
  );
  const [found] = rows;
  if (found?.fsync !== 'on' || found.commit !== 'on') {
    throw new Error('PostgreSQL must run with fsync = on and synchronous_commit = on');
  }
  return found.version;
}

function urlOf(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}
