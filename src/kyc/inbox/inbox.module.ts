import { Module } from '@nestjs/common';
import { JobsModule } from '../../jobs/jobs.module.ts';
import { ReadSchedule } from '../store/read-schedule.ts';
import { BatchWriter } from './batch-writer.ts';
import { InboxService } from './inbox.service.ts';
import { LedgerRepository } from '../store/ledger.repository.ts';
import { Projector } from './projector.ts';

/** Where events enter, whoever brings them. */
@Module({
  imports: [JobsModule],
  providers: [BatchWriter, InboxService, LedgerRepository, Projector, ReadSchedule],
  exports: [InboxService, LedgerRepository, Projector, ReadSchedule],
})
export class InboxModule {}
