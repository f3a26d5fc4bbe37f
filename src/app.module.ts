import { type DynamicModule, Module } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { AdminModule } from './admin/admin.module.js';
import { CommonModule } from './common/common.module.js';
import type { GatewayConfig } from './config/gateway.config.js';
import { DatabaseModule } from './database/database.module.js';
import { HealthModule } from './health/health.module.js';
import { KycModule } from './kyc/kyc.module.js';
import { LoggingModule } from './logging.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { NotificationModule } from './notification/notification.module.js';
import { UsersModule } from './users/users.module.js';
import { WebhookModule } from './webhook/webhook.module.js';

/** The wiring on one screen. */
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
        LoggingModule,
        CommonModule,
        MetricsModule,
        DatabaseModule,
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
