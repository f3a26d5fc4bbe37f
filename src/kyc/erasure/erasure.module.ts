import { Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module.ts';
import { JobsModule } from '../../jobs/jobs.module.ts';
import { UsersModule } from '../../users/users.module.ts';
import { IdempotencyModule } from '../idempotency/idempotency.module.ts';
import { InboxModule } from '../inbox/inbox.module.ts';
import { LimitsModule } from '../limits/limits.module.ts';
import { ProvidersModule } from '../providers/providers.module.ts';
import { StoreModule } from '../store/store.module.ts';
import { ErasureGauge } from './erasure-gauge.ts';
import { ErasurePreparationService } from './erasure-preparation.service.ts';
import { ErasureController } from './erasure.controller.ts';
import { ErasureService } from './erasure.service.ts';
import { ProviderErasureWorker } from './provider-erasure.worker.ts';

@Module({
  imports: [
    AuthModule,
    IdempotencyModule,
    InboxModule,
    JobsModule,
    LimitsModule,
    ProvidersModule,
    StoreModule,
    UsersModule,
  ],
  controllers: [ErasureController],
  providers: [ErasureGauge, ErasureService, ErasurePreparationService, ProviderErasureWorker],
  exports: [ErasureService],
})
export class ErasureModule {}
