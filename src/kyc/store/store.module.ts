import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AttemptStateRepository } from './attempt-state.repository.ts';
import { AttemptEntity } from './attempt.entity.ts';
import { AttemptRepository } from './attempt.repository.ts';
import { ErasureEntity } from './erasure.entity.ts';
import { ErasureRepository } from './erasure.repository.ts';
import { KycEventEntity } from './kyc-event.entity.ts';
import { LateVerdictEntity } from './late-verdict.entity.ts';
import { LateVerdictRepository } from './late-verdict.repository.ts';
import { LedgerRepository } from './ledger.repository.ts';
import { ManualAttemptRepository } from './manual-attempt.repository.ts';
import { NoticeRepository } from './notice.repository.ts';
import { ReadSchedule } from './read-schedule.ts';

@Module({
  imports: [TypeOrmModule.forFeature([AttemptEntity, ErasureEntity, KycEventEntity, LateVerdictEntity])],
  providers: [
    AttemptRepository,
    AttemptStateRepository,
    ErasureRepository,
    LateVerdictRepository,
    LedgerRepository,
    ManualAttemptRepository,
    NoticeRepository,
    ReadSchedule,
  ],
  exports: [
    AttemptRepository,
    AttemptStateRepository,
    ErasureRepository,
    LateVerdictRepository,
    LedgerRepository,
    ManualAttemptRepository,
    NoticeRepository,
  ],
})
export class StoreModule {}
