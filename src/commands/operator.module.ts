import { type DynamicModule, type INestApplicationContext, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';
import { ClockModule } from '../common/clock.ts';
import type { GatewayConfig } from '../config/gateway.config.ts';
import { SecretsModule } from '../config/secrets.ts';
import { DatabaseModule } from '../database/database.module.ts';
import { jobTables } from '../jobs/boss.ts';
import { NoWorkersModule } from '../jobs/no-workers.module.ts';
import { ErasureModule } from '../kyc/erasure/erasure.module.ts';
import { ReconciliationModule } from '../kyc/reconciliation/reconciliation.module.ts';
import { MetricsModule } from '../metrics/metrics.module.ts';
import { TracingModule } from '../tracing/tracing.module.ts';

/**
 * The part of the gateway that operator commands use. It starts no HTTP server and no worker, and runs no migration.
 */
@Module({})
export class OperatorModule {
  static of(config: GatewayConfig): DynamicModule {
    const database = { ...config.database, migratesAtStart: false };
    return {
      module: OperatorModule,
      imports: [
        ConfigModule.forRoot({
          isGlobal: true,
          ignoreEnvFile: true,
          skipProcessEnv: true,
          load: [() => ({ ...config, database })],
        }),
        SecretsModule.of(config),
        ClockModule,
        MetricsModule,
        TracingModule,
        DatabaseModule.of(jobTables),
        NoWorkersModule,
        ErasureModule,
        ReconciliationModule,
      ],
    };
  }
}

export async function withOperatorContext<T>(
  config: GatewayConfig,
  work: (app: INestApplicationContext) => Promise<T>,
): Promise<T> {
  const options = { logger: false, abortOnError: false } as const;
  const app = await NestFactory.createApplicationContext(OperatorModule.of(config), options);
  try {
    return await work(app);
  } finally {
    await app.close();
  }
}
