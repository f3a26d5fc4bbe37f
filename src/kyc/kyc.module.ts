import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { UsersModule } from '../users/users.module.js';
import { BatchWriter } from './inbox/batch-writer.js';
import { Inbox } from './inbox/inbox.service.js';
import { Ledger } from './inbox/ledger.js';
import { Projector } from './inbox/projector.js';
import { KycController } from './kyc.controller.js';
import { LimitsModule } from './limits/limits.module.js';
import { LookupWorker } from './lookup.worker.js';
import { ProvidersModule } from './providers/providers.module.js';
import { RedirectUrls } from './redirect-urls.js';
import { Attempts } from './sessions/attempts.js';
import { StartVerificationService } from './start-verification.service.js';
import { StatusFeed } from './stream/status-feed.js';
import { StatusStreams } from './stream/status-streams.js';
import { VerificationStatusService } from './verification-status.service.js';

@Module({
  imports: [AuthModule, JobsModule, LimitsModule, ProvidersModule, UsersModule],
  controllers: [KycController],
  providers: [
    Attempts,
    BatchWriter,
    Inbox,
    Ledger,
    LookupWorker,
    Projector,
    RedirectUrls,
    StartVerificationService,
    StatusFeed,
    StatusStreams,
    VerificationStatusService,
  ],
  exports: [Inbox, ProvidersModule],
})
export class KycModule {}
