import { Injectable } from '@nestjs/common';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { DataSource } from 'typeorm';

/**
 * Half of the least that is documented (Persona grants 300 calls a minute, Onfido 400): the rest is for the users who
 * start.
 */
const READS_A_MINUTE = 150;

/** How many sessions a minute are read at a provider, by all replicas and operators together. */
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
      points: READS_A_MINUTE,
      duration: 60,
      clearExpiredByTimeout: false,
    });
  }

  /** Takes one read. 0 where it is granted, else the milliseconds until the next one may be. */
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
