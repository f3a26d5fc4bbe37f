import { type ConstructorOptions, PgBoss } from 'pg-boss';
import { reasonOf } from '../common/reason-of.ts';
import { onConnect } from '../database/connect.ts';
import { UnfitDatabaseError } from '../database/unfit-database-error.ts';
import { StallTimeoutClient } from '../database/stall-timeout.client.ts';
import { QUEUES, SCHEDULES } from './queues.ts';

/** A separate schema, because the platform may use pg-boss in the same database. */
export const JOBS_SCHEMA = 'kyc_jobs';

/** pg-boss passes these options to the driver, but its types do not contain them. */
export interface JobConnection extends ConstructorOptions {
  /** Prepares each statement once per connection, which saves a third of PostgreSQL's work for a mail. */
  Client: typeof StallTimeoutClient;
  onConnect: ReturnType<typeof onConnect>;
  query_timeout?: number;
}

/** Every connection of pg-boss has the hooks of the gateway's other connections. */
export function jobConnection(databaseUrl: string): JobConnection {
  return {
    Client: StallTimeoutClient,
    onConnect: onConnect(),
    connectionString: databaseUrl,
    application_name: 'kyc-gateway jobs',
    schema: JOBS_SCHEMA,
  };
}

export function jobTables(databaseUrl: string): { schema: string; install(): Promise<void> } {
  return { schema: JOBS_SCHEMA, install: () => installJobs(databaseUrl) };
}

async function installJobs(databaseUrl: string): Promise<void> {
  await withBoss(jobConnection(databaseUrl), async (boss) => {
    for (const [name, { policy = 'standard', ...options }] of Object.entries(QUEUES)) {
      await boss.createQueue(name, { policy, ...options });
      await boss.updateQueue(name, options);
    }
    for (const [queue, cron] of Object.entries(SCHEDULES)) await boss.schedule(queue, cron);
  });
}

/**
 * Connects without a worker, for commands.
 * @throws UnfitDatabaseError if the job tables are missing or belong to another version
 */
export async function withJobs<T>(databaseUrl: string, work: (boss: PgBoss) => Promise<T>): Promise<T> {
  const options = { ...jobConnection(databaseUrl), migrate: false, connectionTimeoutMillis: 10_000 };
  try {
    return await withBoss(options, work);
  } catch (error) {
    const reason = reasonOf(error);
    // pg-boss checks its tables when it starts. These errors mean that the tables are missing or belong to another
    // version.
    if (!reason.startsWith('pg-boss ')) throw error;
    throw new UnfitDatabaseError(`${reason}. Run \`npm run migrate -- up\` first.`, { cause: error });
  }
}

async function withBoss<T>(options: JobConnection, work: (boss: PgBoss) => Promise<T>): Promise<T> {
  const boss = new PgBoss({ ...options, max: 1, supervise: false, schedule: false });
  // Without a listener, an `error` event would end the process. The failed call reports the error anyway.
  boss.on('error', () => undefined);
  try {
    await boss.start();
    return await work(boss);
  } finally {
    await boss.stop({ graceful: false });
  }
}
