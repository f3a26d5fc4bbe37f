import { Client } from 'pg';

/** The gateway's columns in the platform's users table. */
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

/** Reads the gateway's tables directly from the database. */
export interface Rows {
  user(id: string): Promise<UserRow | undefined>;
  ledger(provider: string, sessionId: string): Promise<LedgerRow[]>;
  close(): Promise<void>;
}

export async function openRows(databaseUrl: string): Promise<Rows> {
  const client = new Client({ connectionString: databaseUrl });
  // Without a listener the event ends the process. The next query fails and reports the broken connection.
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
