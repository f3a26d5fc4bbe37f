import { type ConstructorOptions, PgBoss } from 'pg-boss';
import { QUEUES, SCHEDULES } from './queues.ts';

/** A schema of its own, so that a platform that uses pg-boss itself is not disturbed. */
export const JOBS_SCHEMA = 'kyc_jobs';

/** Installs or updates the job tables and queues: part of the migrations, run under their lock. */
export async function installJobs(databaseUrl: string): Promise<void> {
  await withBoss({ connectionString: databaseUrl }, async (boss) => {
    for (const [name, { policy = 'standard', ...options }] of Object.entries(QUEUES)) {
      await boss.createQueue(name, { policy, ...options });
      await boss.updateQueue(name, options);
    }
    for (const [queue, cron] of Object.entries(SCHEDULES)) await boss.schedule(queue, cron);
  });
}

/** For a command that looks at jobs and works none. Rejects where the job tables are missing or of another version. */
export function withJobs<T>(databaseUrl: string, work: (boss: PgBoss) => Promise<T>): Promise<T> {
  return withBoss({ connectionString: databaseUrl, migrate: false, connectionTimeoutMillis: 10_000 }, work);
}

async function withBoss<T>(options: ConstructorOptions, work: (boss: PgBoss) => Promise<T>): Promise<T> {
  const boss = new PgBoss({ ...options, schema: JOBS_SCHEMA, max: 1, supervise: false, schedule: false });
  // Errors reach the caller through the calls themselves; unheard, the event would end the process.
  boss.on('error', () => undefined);
  try {
    await boss.start();
    return await work(boss);
  } finally {
    await boss.stop({ graceful: false });
  }
}
