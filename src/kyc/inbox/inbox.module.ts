import { Module } from '@nestjs/common';
import { JobsModule } from '../../jobs/jobs.module.js';
import { ReadSchedule } from '../sessions/read-schedule.js';
import { BatchWriter } from './batch-writer.js';
import { Inbox } from './inbox.service.js';
import { Ledger } from './ledger.js';
import { Projector } from './projector.js';

/** Where events enter, whoever brings them. */
@Module({
  imports: [JobsModule],
  providers: [BatchWriter, Inbox, Ledger, Projector, ReadSchedule],
  exports: [Inbox, Ledger, Projector, ReadSchedule],
})
export class InboxModule {}
