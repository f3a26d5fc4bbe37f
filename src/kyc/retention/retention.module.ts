import { Module } from '@nestjs/common';
import { IdempotencyModule } from '../idempotency/idempotency.module.ts';
import { RetentionService } from './retention.service.ts';

@Module({ imports: [IdempotencyModule], providers: [RetentionService], exports: [RetentionService] })
export class RetentionModule {}
