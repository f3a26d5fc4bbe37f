import { randomUUID } from 'node:crypto';
import { PgBoss } from 'pg-boss';
import { numbersOf, userIdOf, type Users } from '../webhooks.ts';
import type { Database } from './databases.ts';

const QUEUE = 'notification';
const SCHEMA = 'kyc_jobs';

/**
 * A mail for each of the users, as the gateway would put it there. One statement, so that whoever works the queue sees
 * all of them at the same moment.
 */
export async function queueMails({ url }: Database, users: Users): Promise<void> {
  const boss = new PgBoss({
    connectionString: url,
    schema: SCHEMA,
    max: 1,
    migrate: false,
    supervise: false,
    schedule: false,
  });
  boss.on('error', () => undefined);
  await boss.start();
  try {
    const jobs = numbersOf(users).map((number) => ({
      data: { mailId: randomUUID(), userId: userIdOf(number), subject: 'verified', reason: null },
    }));
    await boss.insert(QUEUE, jobs);
  } finally {
    await boss.stop({ graceful: false });
  }
}

/** Those that are not done yet: to be tried, being tried, or given up. */
export async function openMails(database: Database): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM ${SCHEMA}.job WHERE name LIKE '${QUEUE}%' AND state <> 'completed'`,
  );
  return row?.count ?? Number.NaN;
}
