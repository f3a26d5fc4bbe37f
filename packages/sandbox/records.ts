import { Pool } from 'pg';
import type { UserRecord } from './state.ts';

/** Reads the gateway's tables directly from its database. */
export interface Records {
  of(userId: string): Promise<UserRecord>;
  close(): Promise<void>;
}

type Row = Record<string, string | null>;

/** Connects at the first read, because the gateway's database may start later than the sandbox. */
export function openRecords(databaseUrl: string): Records {
  const pool = new Pool({
    connectionString: databaseUrl,
    max: 2,
    connectionTimeoutMillis: 5_000,
    // Keeps each column in PostgreSQL's text form.
    types: { getTypeParser: () => (value: string | Buffer) => String(value) },
  });
  // An error event without a listener ends the process. The next query on the connection fails by itself.
  pool.on('error', () => undefined);

  async function rows(statement: string, userId: string): Promise<Row[]> {
    return (await pool.query<Row>(statement, [userId])).rows;
  }

  return {
    async of(userId) {
      // The `id` types of the tables may differ, so ids are compared as text.
      const [users, sessions, ledger] = await Promise.all([
        rows('SELECT * FROM users WHERE id::text = $1', userId),
        rows('SELECT * FROM kyc_sessions WHERE user_id::text = $1 ORDER BY opened_at, id', userId),
        rows(
          `SELECT e.* FROM kyc_events e
           JOIN kyc_sessions s ON s.provider = e.provider AND s.provider_session_id = e.provider_session_id
           WHERE s.user_id::text = $1 ORDER BY e.id`,
          userId,
        ),
      ]);
      return { row: users[0] ?? null, sessions, ledger };
    },
    close: () => pool.end(),
  };
}
