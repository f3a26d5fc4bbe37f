import { Module } from '@nestjs/common';
import { JobsModule } from '../../jobs/jobs.module.ts';
import { IdempotencyModule } from '../idempotency/idempotency.module.ts';
import { RateLimitStoreModule } from '../limits/limits.module.ts';
import { StoreModule } from '../store/store.module.ts';
import { RetentionRepository } from './retention.repository.ts';
import { RetentionService } from './retention.service.ts';
import { RetentionWorker } from './retention.worker.ts';

@Module({
  imports: [IdempotencyModule, JobsModule, RateLimitStoreModule, StoreModule],
  providers: [RetentionRepository, RetentionService, RetentionWorker],
})
export class RetentionModule {}
