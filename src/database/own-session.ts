import { type ConnectionSecurity, securityOf } from './connection-security.ts';
import { UnfitDatabaseError } from './unfit-database-error.ts';
import { StallTimeoutClient } from './stall-timeout.client.ts';

const CONNECT_TIMEOUT_MS = 3_000;
const ROUNDS = 3;

export class PoolerError extends UnfitDatabaseError {}

/**
 * Rejects if a pooler exchanges the session of a connection between two statements. Listeners, advisory locks and
 * prepared statements would then work some of the time only. Call it before all other statements, because a setting
 * would stay on a connection that the pooler shares with the platform. Returns how the connections are secured.
 */
export async function requireOwnSessions(url: string): Promise<ConnectionSecurity> {
  const open = () =>
    new StallTimeoutClient({ connectionString: url, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  const connections = [open(), open()] as const;
  try {
    await Promise.all(connections.map((connection) => connection.connect()));
    const [first] = connections;
    if (await haveOwnSessions(connections)) return securityOf(first);
  } finally {
    await Promise.allSettled(connections.map((connection) => connection.end()));
  }
  throw new PoolerError(
    'DATABASE_URL leads to a pooler in transaction mode. Connect directly, or use session mode (docs/database.md)',
  );
}

async function haveOwnSessions(connections: readonly StallTimeoutClient[]): Promise<boolean> {
  const owners = new Map<number, StallTimeoutClient>();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const connection of connections) {
      // A pooler that uses the longest idle session next gives two sessions to two statements in a row. A pooler that
      // uses the shortest idle session next gives one session to both connections.
      for (let statement = 0; statement < 2; statement += 1) {
        const pid = await sessionOf(connection);
        if ((owners.get(pid) ?? connection) !== connection) return false;
        owners.set(pid, connection);
      }
    }
  }
  return owners.size === connections.length;
}

async function sessionOf(connection: StallTimeoutClient): Promise<number> {
  const result = connection.query('SELECT pg_backend_pid() AS pid') as Promise<{ rows: [{ pid: number }] }>;
  return (await result).rows[0].pid;
}
