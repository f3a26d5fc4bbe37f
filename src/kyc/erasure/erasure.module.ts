import { Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module.ts';
import { JobsModule } from '../../jobs/jobs.module.ts';
import { UsersModule } from '../../users/users.module.ts';
import { IdempotencyModule } from '../idempotency/idempotency.module.ts';
import { InboxModule } from '../inbox/inbox.module.ts';
import { LimitsModule } from '../limits/limits.module.ts';
import { ProvidersModule } from '../providers/providers.module.ts';
import { StoreModule } from '../store/store.module.ts';
import { ErasureSubjectService } from './erasure-subject.service.ts';
import { ErasureController } from './erasure.controller.ts';
import { ErasureService } from './erasure.service.ts';
import { ErasureWorker } from './erasure.worker.ts';

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
  providers: [ErasureService, ErasureSubjectService, ErasureWorker],
  exports: [ErasureService],
})
export class ErasureModule {}
