import { Module } from '@nestjs/common';
import { JobsModule } from '../../jobs/jobs.module.ts';
import { StoreModule } from '../store/store.module.ts';
import { BatchWriter } from './batch-writer.ts';
import { InboxService } from './inbox.service.ts';
import { Projector } from './projector.ts';

/** The entrance of every event: webhooks, reads at the provider, the gateway's own events and operators' events. */
@Module({
  imports: [JobsModule, StoreModule],
  providers: [BatchWriter, InboxService, Projector],
  exports: [InboxService, Projector, StoreModule],
})
export class InboxModule {}
