import { Injectable } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { DataSource, type EntityManager } from 'typeorm';

type StorageRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** The counters of kyc_rate_limits are in PostgreSQL, so that a limit holds across all replicas. */
@Injectable()
export class RateLimitRepository implements ThrottlerStorage {
  private readonly limiters = new Map<string, RateLimiterPostgres>();

  constructor(private readonly dataSource: DataSource) {}

  /** The throttler passes milliseconds and expects seconds. */
  async increment(
    key: string,
    ttlMilliseconds: number,
    limit: number,
    _blockDuration: number,
    throttlerName: string,
  ): Promise<StorageRecord> {
    const limiter = this.limiterOf(throttlerName, limit, ttlMilliseconds / 1_000);
    try {
      return toRecord(await limiter.consume(key), limit, false);
    } catch (rejection) {
      if (rejection instanceof RateLimiterRes) return toRecord(rejection, limit, true);
      throw rejection;
    }
  }

  /** Returns the number of deleted counters. Skips rows that a request is changing. */
  async deleteExpired(manager: EntityManager, now: Date, limit: number): Promise<number> {
    const [, deleted] = (await manager.query(
      `DELETE FROM kyc_rate_limits WHERE key IN (
         SELECT key FROM kyc_rate_limits WHERE expire < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)`,
      [now.getTime(), limit],
    )) as [unknown, number];
    return deleted;
  }

  private limiterOf(name: string, points: number, duration: number): RateLimiterPostgres {
    const known = this.limiters.get(name);
    if (known !== undefined) return known;
    const limiter = new RateLimiterPostgres({
      storeClient: this.dataSource,
      storeType: 'typeorm',
      tableName: 'kyc_rate_limits',
      tableCreated: true,
      keyPrefix: name,
      points,
      duration,
      // A flood of rejected requests costs no statement.
      inMemoryBlockOnConsumed: points,
      clearExpiredByTimeout: true,
    });
    this.limiters.set(name, limiter);
    return limiter;
  }
}

function toRecord(result: RateLimiterRes, limit: number, isBlocked: boolean): StorageRecord {
  const seconds = Math.max(1, Math.ceil(result.msBeforeNext / 1_000));
  return {
    // A rejection from memory contains no count.
    totalHits: isBlocked ? Math.max(result.consumedPoints, limit) : result.consumedPoints,
    timeToExpire: seconds,
    isBlocked,
    timeToBlockExpire: isBlocked ? seconds : 0,
  };
}
