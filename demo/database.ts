import { Client } from 'pg';
import { startPostgres } from '../packages/sandbox/postgres/postgres.ts';
import { DemoFailure } from './failure.ts';
import type { Resources } from './resources.ts';
import { sayUp } from './terminal.ts';

const CONNECT_TIMEOUT_MS = 5_000;

/** The URL of a PostgreSQL that answers: the user's, or one that lives as long as the demo. */
export async function openDatabase(resources: Resources, given: string | undefined): Promise<string> {
  if (given === undefined) {
    // It is thrown away in the end, so no commit has to wait for the disk.
    const server = await resources.hold(
      () => startPostgres({ isDurable: false }),
      (postgres) => postgres.stop(),
    );
    sayUp('PostgreSQL', `${await versionOf(server.url)}, its own, gone when the demo ends`);
    return server.url;
  }
  const where = nameOf(given);
  const version = await versionOf(given).catch((error: unknown) => {
    throw new DemoFailure(`DATABASE_URL does not answer (${where}): ${reasonOf(error)}`);
  });
  sayUp('PostgreSQL', `${version} at ${where}, from DATABASE_URL; the demo's tables and rows stay in it`);
  return given;
}

/** Host and database, without the credentials. */
function nameOf(databaseUrl: string): string {
  const url = URL.parse(databaseUrl);
  if (url === null || !/^postgres(ql)?:$/.test(url.protocol)) {
    throw new DemoFailure('DATABASE_URL must be a postgres:// URL');
  }
  return `${url.host}${url.pathname}`;
}

async function versionOf(databaseUrl: string): Promise<string> {
  const client = new Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
  });
  // A connection that breaks has its query fail; unheard, the event would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    return rows[0]?.server_version.split(' ')[0] ?? '';
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** A name with several addresses fails with one error an address and no message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
