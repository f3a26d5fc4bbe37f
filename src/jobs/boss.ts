import { PgBoss } from 'pg-boss';
import { QUEUES } from './queues.js';

/** A schema of its own, so that a platform that uses pg-boss itself is not disturbed. */
export const JOBS_SCHEMA = 'kyc_jobs';

/** Installs or updates the job tables and queues: part of the migrations, run under their lock. */
export async function installJobs(databaseUrl: string): Promise<void> {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    schema: JOBS_SCHEMA,
    max: 1,
    supervise: false,
    schedule: false,
  });
  // Errors reach the caller through the calls themselves; unheard, the event would end the process.
  boss.on('error', () => undefined);
  try {
    await boss.start();
    for (const [name, options] of Object.entries(QUEUES)) {
      await boss.createQueue(name, options);
      await boss.updateQueue(name, options);
    }
  } finally {
    await boss.stop({ graceful: false });
  }
}
