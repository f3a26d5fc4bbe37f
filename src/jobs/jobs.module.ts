import { Logger, Module } from '@nestjs/common';
import { type ConstructorOptions, PgBoss } from 'pg-boss';
import { DataSource } from 'typeorm';
import { Secrets } from '../config/secrets.ts';
import { onConnect } from '../database/connect.ts';
import { clientWithUrl, type StallTimeoutClient } from '../database/stall-timeout.client.ts';
import { Metrics } from '../metrics/metrics.ts';
import { Tracing } from '../tracing/tracing.ts';
import { JOBS_SCHEMA } from './boss.ts';
import { JobQueue } from './job-queue.ts';
import { WORKS_QUEUES } from './no-workers.module.ts';

const POOL_SIZE = 3;
/**
 * After this time, the driver assumes that the server has disappeared and closes the connection. The next poll opens
 * another connection.
 */
const QUERY_TIMEOUT_MS = 15_000;

/** pg-boss passes these options to the driver, but its types do not contain them. */
interface DriverOptions {
  query_timeout: number;
  /** Prepares each statement once per connection, which saves a third of PostgreSQL's work for a mail. */
  Client: typeof StallTimeoutClient;
  onConnect: ReturnType<typeof onConnect>;
}

@Module({
  providers: [
    {
      provide: JobQueue,
      // Injecting DataSource makes Nest wait for it, because it migrates the job tables first.
      inject: [Secrets, Metrics, Tracing, { token: WORKS_QUEUES, optional: true }, DataSource],
      useFactory: async (
        secrets: Secrets,
        metrics: Metrics,
        tracing: Tracing,
        worksQueues = true,
      ): Promise<JobQueue> => {
        const logger = new Logger('pg-boss');
        const options: ConstructorOptions & DriverOptions = {
          Client: clientWithUrl(() => secrets.current.database.url),
          onConnect: onConnect(),
          query_timeout: QUERY_TIMEOUT_MS,
          application_name: 'kyc-gateway jobs',
          schema: JOBS_SCHEMA,
          migrate: false,
          max: POOL_SIZE,
          useListenNotify: true,
        };
        const boss = new PgBoss(options);
        boss.on('error', (error) => logger.error({ event: 'jobs.error', reason: error.message }));
        boss.on('warning', (warning) => logger.warn({ event: 'jobs.warning', reason: warning.message }));
        await boss.start();
        return new JobQueue(boss, metrics, tracing, worksQueues);
      },
    },
  ],
  exports: [JobQueue],
})
export class JobsModule {}
