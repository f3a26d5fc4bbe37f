import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.ts';
import { JobsModule } from '../jobs/jobs.module.ts';
import { UsersModule } from '../users/users.module.ts';
import { ErasureController } from './erasure/erasure.controller.ts';
import { ErasureModule } from './erasure/erasure.module.ts';
import { ErasureWorker } from './erasure/erasure.worker.ts';
import { IdempotencyModule } from './idempotency/idempotency.module.ts';
import { InboxModule } from './inbox/inbox.module.ts';
import { LimitsModule } from './limits/limits.module.ts';
import { LookupWorker } from './sessions/lookup.worker.ts';
import { ProvidersModule } from './providers/providers.module.ts';
import { ReconciliationModule } from './reconciliation/reconciliation.module.ts';
import { ReconciliationWorker } from './reconciliation/reconciliation.worker.ts';
import { RetentionModule } from './retention/retention.module.ts';
import { RetentionWorker } from './retention/retention.worker.ts';
import { SessionsModule } from './sessions/sessions.module.ts';
import { StartModule } from './start/start.module.ts';
import { StatusModule } from './status/status.module.ts';

@Module({
  imports: [
    AuthModule,
    ErasureModule,
    IdempotencyModule,
    InboxModule,
    JobsModule,
    LimitsModule,
    ProvidersModule,
    ReconciliationModule,
    RetentionModule,
    SessionsModule,
    StartModule,
    StatusModule,
    UsersModule,
  ],
  controllers: [ErasureController],
  providers: [ErasureWorker, LookupWorker, ReconciliationWorker, RetentionWorker],
  exports: [InboxModule, ProvidersModule],
})
export class KycModule {}
