import type { LoadReport } from '../load/orders.ts';
import type { Database } from '../surroundings/databases.ts';
import { eventKeyOf, numbersOf, sessionIdOf, type Users, userIdOf } from '../webhooks.ts';
import { requireAllAnswered } from './answers.ts';

/**
 * Requires that every delivery got 200 and that the ledger contains exactly the acknowledged events, each with its
 * user changed and its notification.
 *
 * @throws Error if one of these is not true
 */
export async function requireAllDurable(
  contender: string,
  report: LoadReport,
  count: number,
  database: Database | null,
  users: Users,
): Promise<void> {
  requireAllAnswered(contender, report, '200', count);
  if (database === null) return;
  const { acknowledged } = report;
  const stored = await storedKeys(database, users);
  const lost = acknowledged.filter(({ eventKey }) => !stored.has(eventKey));
  if (lost.length > 0 || stored.size !== acknowledged.length) {
    throw new Error(
      `${contender} acknowledged ${acknowledged.length} events and stored ${stored.size}; ${lost.length} are lost`,
    );
  }
}

/** Compares the keys in this process. PostgreSQL has no statistics for new rows, so its join is slow. */
async function storedKeys(database: Database, users: Users): Promise<Set<string>> {
  const numbers = numbersOf(users);
  const ids = numbers.map(userIdOf);
  const read = async (sql: string, keys: string[]) =>
    (await database.query<{ word: string }>(sql, [keys])).map(({ word }) => word);
  const events = await read(
    `SELECT event_key || ' of ' || provider_session_id AS word FROM kyc_events
     WHERE provider = 'persona' AND event_key = ANY ($1)`,
    numbers.map(eventKeyOf),
  );
  const moved = await read(
    `SELECT id || ' by ' || kyc_session_id AS word FROM users WHERE id = ANY ($1::uuid[]) AND kyc_status = 'verified'`,
    ids,
  );
  const told = await read(
    `SELECT data ->> 'userId' AS word FROM kyc_jobs.job WHERE name = 'notification' AND data ->> 'userId' = ANY ($1)`,
    ids,
  );
  if (told.length > new Set(told).size) throw new Error('A user has two notifications');
  const found = new Set([...events, ...moved, ...told]);
  const isStored = (number: number) =>
    found.has(`${eventKeyOf(number)} of ${sessionIdOf(number)}`) &&
    found.has(`${userIdOf(number)} by ${sessionIdOf(number)}`) &&
    found.has(userIdOf(number));
  return new Set(numbers.filter(isStored).map(eventKeyOf));
}
