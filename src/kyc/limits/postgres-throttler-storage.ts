import type { ThrottlerStorage } from '@nestjs/throttler';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { DataSource } from 'typeorm';

/** What the throttler asks for on each request. */
type StorageRecord = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/** Counters in PostgreSQL, so that a limit holds over all replicas together. Times are in seconds, as the throttler wants. */
export class PostgresThrottlerStorage implements ThrottlerStorage {
  private readonly limiters = new Map<string, RateLimiterPostgres>();

  constructor(private readonly dataSource: DataSource) {}

  async increment(
    key: string,
    ttlMilliseconds: number,
    limit: number,
    _blockDuration: number,
    throttlerName: string,
  ): Promise<StorageRecord> {
    const limiter = this.limiterOf(throttlerName, limit, ttlMilliseconds / 1_000);
    try {
      return recordOf(await limiter.consume(key), false);
    } catch (rejection) {
      if (rejection instanceof RateLimiterRes) return recordOf(rejection, true);
      throw rejection;
    }
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
      clearExpiredByTimeout: true,
    });
    this.limiters.set(name, limiter);
    return limiter;
  }
}

function recordOf(result: RateLimiterRes, isBlocked: boolean): StorageRecord {
  const seconds = Math.max(1, Math.ceil(result.msBeforeNext / 1_000));
  return {
    totalHits: result.consumedPoints,
    timeToExpire: seconds,
    isBlocked,
    timeToBlockExpire: isBlocked ? seconds : 0,
  };
}
