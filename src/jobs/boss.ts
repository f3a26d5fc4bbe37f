import { type ConstructorOptions, PgBoss } from 'pg-boss';
import { QUEUES, SCHEDULES } from './queues.ts';

/** A separate schema, because the platform may use pg-boss in the same database. */
export const JOBS_SCHEMA = 'kyc_jobs';

export function jobTables(databaseUrl: string): { schema: string; install(): Promise<void> } {
  return { schema: JOBS_SCHEMA, install: () => installJobs(databaseUrl) };
}

async function installJobs(databaseUrl: string): Promise<void> {
  await withBoss({ connectionString: databaseUrl }, async (boss) => {
    for (const [name, { policy = 'standard', ...options }] of Object.entries(QUEUES)) {
      await boss.createQueue(name, { policy, ...options });
      await boss.updateQueue(name, options);
    }
    for (const [queue, cron] of Object.entries(SCHEDULES)) await boss.schedule(queue, cron);
  });
}

/** Connects without a worker, for commands. Rejects if the job tables are missing or belong to another version. */
export function withJobs<T>(databaseUrl: string, work: (boss: PgBoss) => Promise<T>): Promise<T> {
  return withBoss({ connectionString: databaseUrl, migrate: false, connectionTimeoutMillis: 10_000 }, work);
}

async function withBoss<T>(options: ConstructorOptions, work: (boss: PgBoss) => Promise<T>): Promise<T> {
  const boss = new PgBoss({ ...options, schema: JOBS_SCHEMA, max: 1, supervise: false, schedule: false });
  // Without a listener, an `error` event would end the process. The failed call reports the error anyway.
  boss.on('error', () => undefined);
  try {
    await boss.start();
    return await work(boss);
  } finally {
    await boss.stop({ graceful: false });
  }
}
