import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.ts';
import { JobsModule } from '../jobs/jobs.module.ts';
import { UsersModule } from '../users/users.module.ts';
import { ErasureController } from './erasure/erasure.controller.ts';
import { ErasureModule } from './erasure/erasure.module.ts';
import { ErasureWorker } from './erasure/erasure.worker.ts';
import { IdempotencyModule } from './idempotency/idempotency.module.ts';
import { InboxModule } from './inbox/inbox.module.ts';
import { KycController } from './kyc.controller.ts';
import { LimitsModule } from './limits/limits.module.ts';
import { LookupWorker } from './sessions/lookup.worker.ts';
import { ProvidersModule } from './providers/providers.module.ts';
import { ReconciliationModule } from './reconciliation/reconciliation.module.ts';
import { ReconciliationWorker } from './reconciliation/reconciliation.worker.ts';
import { RedirectUrls } from './start/redirect-urls.ts';
import { RetentionModule } from './retention/retention.module.ts';
import { RetentionWorker } from './retention/retention.worker.ts';
import { SessionsModule } from './sessions/sessions.module.ts';
import { StartVerificationService } from './start/start-verification.service.ts';
import { StatusFeed } from './status/stream/status-feed.ts';
import { StatusStreams } from './status/stream/status-streams.ts';
import { VerificationStatusService } from './status/verification-status.service.ts';

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
    UsersModule,
  ],
  controllers: [KycController, ErasureController],
  providers: [
    ErasureWorker,
    LookupWorker,
    ReconciliationWorker,
    RedirectUrls,
    RetentionWorker,
    StartVerificationService,
    StatusFeed,
    StatusStreams,
    VerificationStatusService,
  ],
  exports: [InboxModule, ProvidersModule],
})
export class KycModule {}
