import { randomUUID } from 'node:crypto';
import { PgBoss } from 'pg-boss';
import { numbersOf, userIdOf, type Users } from '../webhooks.ts';
import type { Database } from './databases.ts';

const QUEUE = 'notification';
const SCHEMA = 'kyc_jobs';

/** The gateway sends a mail only while it matches the status, so each user gets an approved session. */
const APPROVALS = `
  WITH opened AS (
    INSERT INTO kyc_sessions (user_id, provider, provider_session_id, phase, opened_at, ended_at, changed_at)
    SELECT id, 'persona', 'inq_mail_' || id, 'approved', now(), now(), now() FROM users WHERE id = ANY($1::uuid[])
    RETURNING user_id, provider_session_id
  )
  UPDATE users SET kyc_status = 'verified', kyc_provider = 'persona', kyc_session_id = opened.provider_session_id
  FROM opened WHERE users.id = opened.user_id`;

/** Approves each user and queues their mail like the gateway. One statement makes all of them visible at the same moment. */
export async function queueMails(database: Database, users: Users): Promise<void> {
  const ids = numbersOf(users).map(userIdOf);
  await database.query(APPROVALS, [ids]);
  const boss = new PgBoss({
    connectionString: database.url,
    schema: SCHEMA,
    max: 1,
    migrate: false,
    supervise: false,
    schedule: false,
  });
  boss.on('error', () => undefined);
  await boss.start();
  try {
    const jobs = ids.map((userId) => ({
      data: { mailId: randomUUID(), userId, subject: 'verified', reason: null },
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
