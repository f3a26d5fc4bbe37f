import { Module } from '@nestjs/common';
import { JobsModule } from '../../jobs/jobs.module.ts';
import { UsersModule } from '../../users/users.module.ts';
import { InboxModule } from '../inbox/inbox.module.ts';
import { ProvidersModule } from '../providers/providers.module.ts';
import { StoreModule } from '../store/store.module.ts';
import { EarlyEventService } from './early-event.service.ts';
import { LookupWorker } from './lookup.worker.ts';
import { ProviderSessionService } from './provider-session.service.ts';
import { RedirectUrls } from './redirect-urls.ts';
import { SessionOpeningService } from './session-opening.service.ts';

@Module({
  imports: [InboxModule, JobsModule, ProvidersModule, StoreModule, UsersModule],
  providers: [EarlyEventService, LookupWorker, ProviderSessionService, RedirectUrls, SessionOpeningService],
  exports: [ProviderSessionService, RedirectUrls, SessionOpeningService],
})
export class SessionsModule {}
