import { Client } from 'pg';
import { withJobs } from '../../src/jobs/boss.ts';
import { JobRepository, type QueueCounts } from '../../src/jobs/job.repository.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

/** Enough that PostgreSQL prefers an index to a scan of the table. */
const FINISHED = 20_000;

let own: TestDatabase;
let database: Client;

beforeAll(async () => {
  own = await createTestDatabase();
  database = new Client(own.ownerUrl);
  await database.connect();
  await database.query(
    `INSERT INTO kyc_jobs.job (name, data, state) SELECT 'notification', '{}', 'completed' FROM generate_series(1, $1)`,
    [FINISHED],
  );
  await add('created', '3 minutes');
  await add('created', '90 minutes');
  await add('retry', '10 minutes');
  await database.query('VACUUM ANALYZE kyc_jobs.job_common');
});
afterAll(async () => {
  await database.end();
  await own.drop();
});

const add = (state: string, age: string) =>
  database.query(
    `INSERT INTO kyc_jobs.job (name, data, state, created_on) VALUES ('notification', '{}', $1, now() - $2::interval)`,
    [state, age],
  );
const counts = (): Promise<QueueCounts[]> => withJobs(own.url, (boss) => new JobRepository(boss).counts());

async function scansOfTheTable(): Promise<number> {
  const { rows } = await database.query<{ scans: string }>(
    `SELECT seq_scan AS scans FROM pg_stat_user_tables WHERE relname = 'job_common'`,
  );
  return Number(rows[0]?.scans);
}

describe('The counts of jobs', () => {
  it('are those of the jobs that wait and are retried, with the age of the oldest of each', async () => {
    const [notification, lookup] = await counts();
    expect(notification).toMatchObject({ queue: 'notification', waiting: 2, retrying: 1, parked: 0 });
    expect(Math.floor((notification?.oldestWaitingSeconds ?? 0) / 60)).toBe(90);
    expect(Math.floor((notification?.oldestRetryingSeconds ?? 0) / 60)).toBe(10);
    expect(lookup).toMatchObject({
      queue: 'provider-lookup',
      waiting: 0,
      retrying: 0,
      oldestWaitingSeconds: 0,
    });
  });

  it('are read without a look at the jobs that are finished', async () => {
    const before = await scansOfTheTable();
    await counts();
    expect(await scansOfTheTable()).toBe(before);
  });
});
