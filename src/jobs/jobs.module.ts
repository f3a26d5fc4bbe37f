import { Logger, Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { type ConstructorOptions, PgBoss } from 'pg-boss';
import { DataSource } from 'typeorm';
import type { GatewayConfig } from '../config/gateway.config.ts';
import { ImpatientClient } from '../database/impatient-client.ts';
import { Metrics } from '../metrics/metrics.ts';
import { JOBS_SCHEMA } from './boss.ts';
import { JobQueue } from './job-queue.ts';
import { WORKS_QUEUES } from './no-workers.module.ts';

const POOL_SIZE = 3;
/** Then nobody is at the other end: the driver closes the connection, and the next poll opens another. */
const QUERY_TIMEOUT_MS = 15_000;

/** Handed on to the driver, though pg-boss's types do not name them. */
interface DriverOptions {
  query_timeout: number;
  /** Its statements are planned once a connection, like all others: that is a third of what a mail costs PostgreSQL. */
  Client: typeof ImpatientClient;
}

@Module({
  providers: [
    {
      provide: JobQueue,
      // The data source is asked for because it has migrated the job tables by the time it is there.
      inject: [ConfigService, Metrics, { token: WORKS_QUEUES, optional: true }, DataSource],
      useFactory: async (
        config: ConfigService<GatewayConfig, true>,
        metrics: Metrics,
        worksQueues = true,
      ): Promise<JobQueue> => {
        const logger = new Logger('pg-boss');
        const options: ConstructorOptions & DriverOptions = {
          Client: ImpatientClient,
          query_timeout: QUERY_TIMEOUT_MS,
          connectionString: config.get('database', { infer: true }).url,
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
        return new JobQueue(boss, metrics, worksQueues);
      },
    },
  ],
  exports: [JobQueue],
})
export class JobsModule {}
