import { Module } from '@nestjs/common';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { Retention } from './retention.service.js';

@Module({ imports: [IdempotencyModule], providers: [Retention], exports: [Retention] })
export class RetentionModule {}
