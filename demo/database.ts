import { Client } from 'pg';
import { startPostgres } from '../packages/sandbox/postgres/postgres.ts';
import { DemoFailure } from './failure.ts';
import type { Resources } from './resources.ts';
import { sayUp } from './terminal.ts';

const CONNECT_TIMEOUT_MS = 5_000;

/** Returns the URL of a reachable PostgreSQL: the given one, or a temporary one. */
export async function openDatabase(resources: Resources, given: string | undefined): Promise<string> {
  if (given === undefined) {
    // The data is deleted at the end, so commits need not wait for the disk.
    const server = await resources.hold(
      () => startPostgres({ isDurable: false }),
      (postgres) => postgres.stop(),
    );
    sayUp('PostgreSQL', `${await versionOf(server.url)}, temporary, deleted when the demo ends`);
    return server.url;
  }
  const where = nameOf(given);
  const version = await versionOf(given).catch((error: unknown) => {
    throw new DemoFailure(`DATABASE_URL does not answer (${where}): ${reasonOf(error)}`);
  });
  sayUp('PostgreSQL', `${version} at ${where}, from DATABASE_URL; the demo leaves its tables and rows there`);
  return given;
}

/** Returns host and database, without the credentials. */
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
  // Without a listener the event ends the process. The query fails and reports the broken connection.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>('SHOW server_version');
    return rows[0]?.server_version.split(' ')[0] ?? '';
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** A host name with several addresses fails with one error per address and no message of its own. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
