import { Logger, Module } from '@nestjs/common';
import { PgBoss } from 'pg-boss';
import { DataSource } from 'typeorm';
import { Secrets } from '../config/secrets.ts';
import { clientWithUrl } from '../database/stall-timeout.client.ts';
import { Metrics } from '../metrics/metrics.ts';
import { Tracing } from '../tracing/tracing.ts';
import { type JobConnection, jobConnection } from './boss.ts';
import { followLogin } from './follow-login.ts';
import { JobQueue } from './job-queue.ts';
import { WORKS_QUEUES } from './no-workers.module.ts';

const POOL_SIZE = 3;
/**
 * After this time, the driver assumes that the server has disappeared and closes the connection. The next poll opens
 * another connection.
 */
const QUERY_TIMEOUT_MS = 15_000;

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
        const options: JobConnection = {
          ...jobConnection(secrets.current.database.url),
          Client: clientWithUrl(() => secrets.current.database.url),
          query_timeout: QUERY_TIMEOUT_MS,
          migrate: false,
          max: POOL_SIZE,
          useListenNotify: true,
        };
        const boss = new PgBoss(options);
        const followWithPool = followLogin(boss, secrets);
        boss.on('error', (error) => logger.error({ event: 'jobs.error', reason: error.message }));
        boss.on('warning', (warning) => logger.warn({ event: 'jobs.warning', reason: warning.message }));
        await boss.start();
        followWithPool();
        return new JobQueue(boss, metrics, tracing, worksQueues);
      },
    },
  ],
  exports: [JobQueue],
})
export class JobsModule {}
