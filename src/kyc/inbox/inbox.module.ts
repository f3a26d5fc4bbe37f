import { Module } from '@nestjs/common';
import { JobsModule } from '../../jobs/jobs.module.ts';
import { StoreModule } from '../store/store.module.ts';
import { BatchWriter } from './batch-writer.ts';
import { InboxService } from './inbox.service.ts';
import { Projector } from './projector.ts';

/** Stores every event, including those from reads at the provider, from the gateway itself and from operators. */
@Module({
  imports: [JobsModule, StoreModule],
  providers: [BatchWriter, InboxService, Projector],
  exports: [InboxService, Projector, StoreModule],
})
export class InboxModule {}
