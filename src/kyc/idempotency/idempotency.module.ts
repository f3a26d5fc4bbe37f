import { Module } from '@nestjs/common';
import { IdempotencyKeys } from './idempotency-key.repository.ts';

/** The keys, for the interceptor of the one route that takes them, and for whoever deletes what has expired. */
@Module({ providers: [IdempotencyKeys], exports: [IdempotencyKeys] })
export class IdempotencyModule {}
