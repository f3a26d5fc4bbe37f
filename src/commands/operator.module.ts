import { type DynamicModule, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { CommonModule } from '../common/common.module.ts';
import type { GatewayConfig } from '../config/gateway.config.ts';
import { DatabaseModule } from '../database/database.module.ts';
import { ErasureModule } from '../kyc/erasure/erasure.module.ts';
import { ReconciliationModule } from '../kyc/reconciliation/reconciliation.module.ts';
import { MetricsModule } from '../metrics/metrics.module.ts';

/** What an operator's command needs of the gateway: no HTTP, no workers, and no migrations. */
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
        CommonModule,
        MetricsModule,
        DatabaseModule,
        ErasureModule,
        ReconciliationModule,
      ],
    };
  }
}
