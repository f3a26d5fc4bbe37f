import { Module } from '@nestjs/common';
import { JobsModule } from '../../jobs/jobs.module.ts';
import { StoreModule } from '../store/store.module.ts';
import { BatchWriter } from './batch-writer.ts';
import { EventEffects } from './event-effects.ts';
import { InboxService } from './inbox.service.ts';
import { Projector } from './projector.ts';

@Module({
  imports: [JobsModule, StoreModule],
  providers: [BatchWriter, EventEffects, InboxService, Projector],
  exports: [BatchWriter, InboxService, Projector, StoreModule],
})
export class InboxModule {}
