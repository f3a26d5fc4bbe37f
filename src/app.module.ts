import { type DynamicModule, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { AdminModule } from './admin/admin.module.ts';
import { ClockModule } from './common/clock.ts';
import type { GatewayConfig } from './config/gateway.config.ts';
import { SecretsModule } from './config/secrets.ts';
import { DatabaseModule } from './database/database.module.ts';
import { HealthModule } from './health/health.module.ts';
import { jobTables } from './jobs/boss.ts';
import { KycModule } from './kyc/kyc.module.ts';
import { MetricsModule } from './metrics/metrics.module.ts';
import { NotificationModule } from './notification/notification.module.ts';
import { TracingModule } from './tracing/tracing.module.ts';
import { UsersModule } from './users/users.module.ts';
import { WebhookModule } from './webhook/webhook.module.ts';

@Module({})
export class AppModule {
  static of(config: GatewayConfig): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.forRoot({
          isGlobal: true,
          ignoreEnvFile: true,
          skipProcessEnv: true,
          load: [() => ({ ...config })],
        }),
        SecretsModule.of(config),
        ClockModule,
        MetricsModule,
        TracingModule,
        DatabaseModule.of(jobTables),
        UsersModule,
        KycModule,
        WebhookModule,
        NotificationModule,
        AdminModule,
        HealthModule,
      ],
    };
  }
}
