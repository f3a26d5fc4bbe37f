import { Module } from '@nestjs/common';
import { IdempotencyKeyRepository } from './idempotency-key.repository.ts';
import { IdempotencyService } from './idempotency.service.ts';

@Module({
  providers: [IdempotencyKeyRepository, IdempotencyService],
  exports: [IdempotencyKeyRepository, IdempotencyService],
})
export class IdempotencyModule {}
