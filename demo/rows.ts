import { Client } from 'pg';

/** The four columns in the platform's users table. */
export interface UserRow {
  kyc_status: string;
  kyc_provider: string | null;
  kyc_session_id: string | null;
  kyc_rejection_reason: string | null;
}

export interface LedgerRow {
  outcome: string;
  reason: string | null;
  source: string;
  is_refused: boolean;
}

/** The gateway's tables, read past the gateway. */
export interface Rows {
  user(id: string): Promise<UserRow | undefined>;
  ledger(provider: string, sessionId: string): Promise<LedgerRow[]>;
  close(): Promise<void>;
}

export async function openRows(databaseUrl: string): Promise<Rows> {
  const client = new Client({ connectionString: databaseUrl });
  // A connection that breaks has its next query fail; unheard, the event would end the process.
  client.on('error', () => undefined);
  await client.connect();
  return {
    async user(id) {
      const { rows } = await client.query<UserRow>(
        'SELECT kyc_status, kyc_provider, kyc_session_id, kyc_rejection_reason FROM users WHERE id = $1',
        [id],
      );
      return rows[0];
    },
    async ledger(provider, sessionId) {
      const { rows } = await client.query<LedgerRow>(
        `SELECT outcome, reason, source, is_refused FROM kyc_events
         WHERE provider = $1 AND provider_session_id = $2 ORDER BY id`,
        [provider, sessionId],
      );
      return rows;
    },
    close: () => client.end(),
  };
}
