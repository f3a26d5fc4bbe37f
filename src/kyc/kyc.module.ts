import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { UsersModule } from '../users/users.module.js';
import { ErasureController } from './erasure/erasure.controller.js';
import { ErasureModule } from './erasure/erasure.module.js';
import { ErasureWorker } from './erasure/erasure.worker.js';
import { IdempotencyModule } from './idempotency/idempotency.module.js';
import { InboxModule } from './inbox/inbox.module.js';
import { KycController } from './kyc.controller.js';
import { LimitsModule } from './limits/limits.module.js';
import { LookupWorker } from './lookup.worker.js';
import { ProvidersModule } from './providers/providers.module.js';
import { ReconciliationModule } from './reconciliation/reconciliation.module.js';
import { ReconciliationWorker } from './reconciliation/reconciliation.worker.js';
import { RedirectUrls } from './redirect-urls.js';
import { RetentionModule } from './retention/retention.module.js';
import { RetentionWorker } from './retention/retention.worker.js';
import { SessionsModule } from './sessions/sessions.module.js';
import { StartVerificationService } from './start-verification.service.js';
import { StatusFeed } from './stream/status-feed.js';
import { StatusStreams } from './stream/status-streams.js';
import { VerificationStatusService } from './verification-status.service.js';

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
