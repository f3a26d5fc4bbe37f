import { randomUUID } from 'node:crypto';
import { PgBoss } from 'pg-boss';
import { numbersOf, userIdOf, type Users } from '../webhooks.ts';
import type { Database } from './databases.ts';

const QUEUE = 'notification';
const SCHEMA = 'kyc_jobs';

/** Queues a mail for each user like the gateway. One statement makes all of them visible at the same moment. */
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

/** The number of mail jobs that are waiting, active or failed. */
export async function openMails(database: Database): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM ${SCHEMA}.job WHERE name LIKE '${QUEUE}%' AND state <> 'completed'`,
  );
  return row?.count ?? Number.NaN;
}
