import type { ClientBase } from 'pg';
import type { DataSource } from 'typeorm';

/** Fails with read_only_sql_transaction (25006) on a standby, and on a server that is read-only for another reason. */
const REQUIRE_WRITABLE = `DO $$ BEGIN
  IF current_setting('transaction_read_only')::boolean THEN
    RAISE read_only_sql_transaction USING MESSAGE = 'the server is read-only';
  END IF;
END $$`;

/**
 * Returns a hook for a pool. It runs before the first use of each connection, sets the settings, and rejects the
 * connection if it is read-only. After a fail-over, the pool therefore holds no connection to a server that cannot
 * write. A statement sets the settings, because PgBouncer does not pass on the parameters of the connection's start.
 */
export function onConnect(
  settings: Readonly<Record<string, number>> = {},
): (client: ClientBase) => Promise<void> {
  const assignments = Object.entries(settings).map(([name, value]) => `SET ${name} = ${value}`);
  // The last client of a pooler may have left its prepared statements, if the pooler has no `server_reset_query`.
  const text = ['DEALLOCATE ALL', ...assignments, REQUIRE_WRITABLE].join('; ');
  return async (client) => {
    await client.query(text);
  };
}

/** Rejects with read_only_sql_transaction if the server does not accept writes. */
export async function requireWritable(connection: DataSource | ClientBase): Promise<void> {
  const { query } = connection as { query(text: string): Promise<unknown> };
  await query.call(connection, REQUIRE_WRITABLE);
}
