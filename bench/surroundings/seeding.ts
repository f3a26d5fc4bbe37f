import type { Client } from 'pg';
import { withoutIndexes } from './indexes.ts';

export interface Seed {
  /** The number of users with an open session at Persona. */
  sessions: number;
  /** The number of further users, without a session. */
  users: number;
  /** Whether the ledger contains all events before a decision, or only the start. */
  hasLongHistory: boolean;
  /** Called after each step, because a large database takes minutes. */
  progress: (text: string) => void;
}

/** The events that Persona sends before a decision. Only the second one changes the status. */
export const EARLY_OUTCOMES = ['noted', 'started', 'noted', 'unknown'] as const;

const SETTINGS = [`SET maintenance_work_mem = '1GB'`, `SET max_parallel_maintenance_workers = 4`];

const USER_ID = `('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))`;
const SESSION_ID = `'inq_bench' || lpad(n::text, 15, '0')`;

const USERS = `
  INSERT INTO users (id, email, kyc_status, kyc_provider, kyc_session_id)
  SELECT ${USER_ID}::uuid, 'user-' || n || '@users.example.com', 'pending', 'persona', ${SESSION_ID}
  FROM generate_series(1, $1::int) AS n`;

const NEWCOMERS = `
  INSERT INTO users (id, email)
  SELECT ${USER_ID}::uuid, 'user-' || n || '@users.example.com'
  FROM generate_series($1::int + 1, $1::int + $2::int) AS n`;

const SESSIONS = `
  INSERT INTO kyc_sessions (user_id, provider, provider_session_id, phase, phase_since, opened_at, changed_at, expires_at, next_read_at)
  SELECT ${USER_ID}::uuid, 'persona', ${SESSION_ID}, 'started', $2, now(), now(), now() + interval '1 day', now() + interval '1 day'
  FROM generate_series(1, $1::int) AS n`;

/** The event key sorts next to the key of the user's approval, so that later events are spread over the index. */
const EVENTS = `
  INSERT INTO kyc_events (provider, event_key, provider_session_id, reference, outcome, occurred_at, received_at, source)
  SELECT 'persona', 'evt_bench' || lpad(n::text, 15, '0') || '-' || $2::int, ${SESSION_ID}, ${USER_ID}, $3, $4, $4, 'webhook'
  FROM generate_series(1, $1::int) AS n`;

/**
 * Adds sessions that wait for a verdict and are not due for reconciliation today. See webhooks.ts for the ids.
 * Events are written in rounds over all users, so that the rows of one session are far apart, as in production.
 */
export async function seed(
  client: Client,
  { sessions, users, hasLongHistory, progress }: Seed,
): Promise<void> {
  const query = (sql: string, values: unknown[] = []) => client.query(sql, values);
  const step = async (what: string, work: () => Promise<unknown>) => {
    const begunAt = performance.now();
    await work();
    progress(`${what}: ${((performance.now() - begunAt) / 1_000).toFixed(1)} s`);
  };
  const openedAt = Date.now() - 60 * 60_000;
  const outcomes = hasLongHistory ? EARLY_OUTCOMES : (['started'] as const);
  const times = outcomes.map((_outcome, index) => new Date(openedAt + index * 60_000));
  const startedAt = times[outcomes.indexOf('started')];

  for (const setting of SETTINGS) await query(setting);
  await withoutIndexes(client, ['users', 'kyc_sessions', 'kyc_events'], step, async () => {
    await step('users', () => query(USERS, [sessions]));
    await query(NEWCOMERS, [sessions, users]);
    await step('sessions', () => query(SESSIONS, [sessions, startedAt]));
    for (const [index, outcome] of outcomes.entries()) {
      await step(`events ${index + 1} of ${outcomes.length}`, () =>
        query(EVENTS, [sessions, index, outcome, times[index]]),
      );
    }
  });
  await step('VACUUM', () => query('VACUUM (ANALYZE)'));
  await step('CHECKPOINT', () => query('CHECKPOINT'));
}
