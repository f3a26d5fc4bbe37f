import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AttemptStateRepository } from './attempt-state.repository.ts';
import { AttemptEntity } from './attempt.entity.ts';
import { AttemptRepository } from './attempt.repository.ts';
import { ErasureEntity } from './erasure.entity.ts';
import { ErasureRepository } from './erasure.repository.ts';
import { KycEventEntity } from './kyc-event.entity.ts';
import { LedgerRepository } from './ledger.repository.ts';
import { NoticeRepository } from './notice.repository.ts';
import { ReadSchedule } from './read-schedule.ts';

@Module({
  imports: [TypeOrmModule.forFeature([AttemptEntity, ErasureEntity, KycEventEntity])],
  providers: [
    AttemptRepository,
    AttemptStateRepository,
    ErasureRepository,
    LedgerRepository,
    NoticeRepository,
    ReadSchedule,
  ],
  exports: [AttemptRepository, AttemptStateRepository, ErasureRepository, LedgerRepository, NoticeRepository],
})
export class StoreModule {}
