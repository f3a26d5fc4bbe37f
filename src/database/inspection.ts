import pg from 'pg';
import { UnfitDatabaseError } from './unfit-database-error.ts';
import type { Connection } from './users-table-fit.ts';

const TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 3_000;
const OLDEST_VERSION = 130_000;

export interface Server {
  version: string;
  role: string;
  database: string;
}

/** A connection without any setting, because a setting would stay on a connection that a pooler shares. */
export function inspectionClient(url: string): pg.Client {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'kyc-gateway doctor',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: TIMEOUT_MS,
  });
  // A connection that ends fails the statement too.
  client.on('error', () => undefined);
  return client;
}

/** @throws UnfitDatabaseError if the server is too old */
export async function requireVersion(connection: pg.Client): Promise<Server> {
  const { rows } = await connection.query<Server & { number: number }>(
    `SELECT current_setting('server_version_num')::int AS number, current_setting('server_version') AS version,
            current_user AS role, current_database() AS database`,
  );
  const [server] = rows;
  if (server === undefined) throw new Error('PostgreSQL returned no version');
  if (server.number >= OLDEST_VERSION) return server;
  throw new UnfitDatabaseError(`PostgreSQL ${server.version} is too old. Use version 13 or newer.`);
}

/** PostgreSQL rejects every write of the work. */
export async function inReadOnlyTransaction<T>(
  client: pg.Client,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const query = async (sql: string, parameters?: unknown[]) => (await client.query(sql, parameters)).rows;
  await client.query('BEGIN TRANSACTION READ ONLY');
  try {
    return await work({ query } as unknown as Connection);
  } finally {
    await client.query('ROLLBACK');
  }
}
