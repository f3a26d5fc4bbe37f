import { Logger, Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { PgBoss } from 'pg-boss';
import { DataSource } from 'typeorm';
import type { GatewayConfig } from '../config/gateway.config.js';
import { Metrics } from '../metrics/metrics.js';
import { JOBS_SCHEMA } from './boss.js';
import { JobQueue } from './job-queue.js';

const POOL_SIZE = 3;

@Module({
  providers: [
    {
      provide: JobQueue,
      // The data source is asked for because it has migrated the job tables by the time it is there.
      inject: [ConfigService, Metrics, DataSource],
      useFactory: async (config: ConfigService<GatewayConfig, true>, metrics: Metrics): Promise<JobQueue> => {
        const logger = new Logger('pg-boss');
        const boss = new PgBoss({
          connectionString: config.get('database', { infer: true }).url,
          application_name: 'kyc-gateway jobs',
          schema: JOBS_SCHEMA,
          migrate: false,
          max: POOL_SIZE,
          useListenNotify: true,
          schedule: false,
        });
        boss.on('error', (error) => logger.error({ event: 'jobs.error', reason: error.message }));
        boss.on('warning', (warning) => logger.warn({ event: 'jobs.warning', reason: warning.message }));
        await boss.start();
        return new JobQueue(boss, metrics);
      },
    },
  ],
  exports: [JobQueue],
})
export class JobsModule {}
