import { Module } from '@nestjs/common';
import { AttemptStateRepository } from './attempt-state.repository.ts';
import { AttemptRepository } from './attempt.repository.ts';
import { LedgerRepository } from './ledger.repository.ts';
import { ReadSchedule } from './read-schedule.ts';

@Module({
  providers: [AttemptRepository, AttemptStateRepository, LedgerRepository, ReadSchedule],
  exports: [AttemptRepository, AttemptStateRepository, LedgerRepository],
})
export class StoreModule {}
