import { Pool } from 'pg';
import type { UserRecord } from './state.ts';

/** The gateway's tables, read past the gateway. */
export interface Records {
  of(userId: string): Promise<UserRecord>;
  close(): Promise<void>;
}

type Row = Record<string, string | null>;

/** Opens no connection before it is asked, so the gateway's database may still be on its way up. */
export function openRecords(databaseUrl: string): Records {
  const pool = new Pool({
    connectionString: databaseUrl,
    max: 2,
    connectionTimeoutMillis: 5_000,
    // Every column as PostgreSQL spells it.
    types: { getTypeParser: () => (value: string | Buffer) => String(value) },
  });
  // A connection that breaks has its next query fail; unheard, the event would end the process.
  pool.on('error', () => undefined);

  async function rows(statement: string, userId: string): Promise<Row[]> {
    return (await pool.query<Row>(statement, [userId])).rows;
  }

  return {
    async of(userId) {
      // The platform's id may be of another type than ours, so it is compared as text.
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
