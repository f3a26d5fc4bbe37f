import { Injectable } from '@nestjs/common';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { DataSource } from 'typeorm';

/**
 * Half of the lowest documented limit (Persona allows 300 calls a minute, Onfido 400). The other half is for users who
 * start a verification.
 */
const READS_PER_MINUTE = 150;

/** Limits how many sessions all replicas and operators together read at a provider per minute. */
@Injectable()
export class ReadBudget {
  private readonly limiter: RateLimiterPostgres;

  constructor(dataSource: DataSource) {
    this.limiter = new RateLimiterPostgres({
      storeClient: dataSource,
      storeType: 'typeorm',
      tableName: 'kyc_rate_limits',
      tableCreated: true,
      keyPrefix: 'provider-reads',
      points: READS_PER_MINUTE,
      duration: 60,
      clearExpiredByTimeout: false,
    });
  }

  /** Takes one read from the budget. Returns 0, or the milliseconds to wait if the budget is used up. */
  async take(provider: string): Promise<number> {
    try {
      await this.limiter.consume(provider);
      return 0;
    } catch (rejection) {
      if (rejection instanceof RateLimiterRes) return Math.max(1, rejection.msBeforeNext);
      throw rejection;
    }
  }
}
