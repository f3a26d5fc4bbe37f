import { eventually } from './eventually.ts';
import type { Answer, TestGateway } from './gateway.ts';

export interface ErasureRow {
  id: string;
  request_id: string;
  place: string;
  provider_session_id: string | null;
  requested_by: string;
  requested_at: Date;
  erased_at: Date | null;
  final_at: Date | null;
  leased_until: Date | null;
}

/** Helpers for tests of erasures. */
export function erasureHelpers(gateway: TestGateway) {
  const { database } = gateway;

  const rowsOf = (user: { id: string }): Promise<ErasureRow[]> =>
    database.query('SELECT * FROM kyc_erasures WHERE user_id = $1 ORDER BY requested_at, place', [user.id]);

  return {
    rowsOf,

    erase: async (user: { token: string }): Promise<Answer> => {
      const response = await fetch(`${gateway.url}/api/kyc/data`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${user.token}` },
      });
      const body = (await response.json()) as Record<string, unknown>;
      return { status: response.status, headers: response.headers, body };
    },

    /** Resolves when the data at every provider has been erased. */
    completed: (user: { id: string }): Promise<ErasureRow[]> =>
      eventually(async () => {
        const rows = await rowsOf(user);
        return rows.length > 0 && rows.every((row) => row.erased_at !== null) ? rows : undefined;
      }),

    /** Resolves when a call to the provider has failed. */
    tried: (user: { id: string }): Promise<{ reason: string }> =>
      eventually(async () => {
        const jobs: { reason: string }[] = await database.query(
          `SELECT output ->> 'message' AS reason FROM kyc_jobs.job
           WHERE name = 'erasure' AND state = 'retry'
             AND data ->> 'erasureId' IN (SELECT id::text FROM kyc_erasures WHERE user_id = $1)`,
          [user.id],
        );
        return jobs[0];
      }),

    /** Makes the worker call the provider again, without the pause after the call that failed. */
    retryNow: (user: { id: string }): Promise<unknown> =>
      database.query(
        `UPDATE kyc_jobs.job SET start_after = now() WHERE name = 'erasure' AND state = 'retry'
           AND data ->> 'erasureId' IN (SELECT id::text FROM kyc_erasures WHERE user_id = $1)`,
        [user.id],
      ),

    /** The tables that contain the text in any column, as `schema.table`. */
    tablesWith: async (word: string): Promise<string[]> => {
      const tables: { name: string }[] = await database.query(
        `SELECT concat(table_schema, '.', table_name) AS name FROM information_schema.tables
         WHERE table_schema IN ('public', 'kyc_jobs') AND table_type = 'BASE TABLE'`,
      );
      const found: string[] = [];
      for (const { name } of tables) {
        const rows: unknown[] = await database.query(
          `SELECT 1 FROM ${name} AS t WHERE position($1 in to_jsonb(t)::text) > 0 LIMIT 1`,
          [word],
        );
        if (rows.length > 0) found.push(name);
      }
      return found;
    },
  };
}
