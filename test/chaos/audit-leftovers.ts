import type { Client } from 'pg';

/** Each query finds rows that stay forever. Rows younger than a second can still be in progress. */
const SEARCHES: Readonly<Record<string, string>> = {
  'sessions that are still being opened': `SELECT id::text AS what FROM kyc_sessions WHERE phase = 'opening'`,
  'sessions that wait for a lock': `
    SELECT locktype || ' in ' || query AS what FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE NOT granted AND datname = current_database() AND waitstart < clock_timestamp() - interval '1 second'`,
  'transactions that stay open': `
    SELECT application_name || ' ' || pid || ': ' || query AS what FROM pg_stat_activity
    WHERE state LIKE 'idle in transaction%' AND datname = current_database()
      AND state_change < clock_timestamp() - interval '1 second'`,
  'parked jobs': `SELECT name || ' ' || data::text AS what FROM kyc_jobs.job WHERE name LIKE '%-dead'`,
  // Excludes scheduled jobs: the next run does what a failed run has left.
  'jobs that were given up': `
    SELECT name || ' ' || coalesce(output::text, '') AS what FROM kyc_jobs.job
    WHERE state IN ('failed', 'cancelled') AND name NOT LIKE '%-dead' AND name NOT LIKE '\\_\\_pgboss%'
      AND name NOT IN (SELECT name FROM kyc_jobs.schedule)`,
};

export async function findLeftovers(database: Client): Promise<string[]> {
  const found: string[] = [];
  for (const [what, statement] of Object.entries(SEARCHES)) {
    const { rows } = await database.query<{ what: string }>(statement);
    found.push(...rows.map((row) => `${what}: ${row.what}`));
  }
  return found;
}
