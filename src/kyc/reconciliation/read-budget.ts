import { Injectable } from '@nestjs/common';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { DataSource } from 'typeorm';
import { ProviderService } from '../providers/provider.service.ts';

/** Limits how many sessions all replicas and operators together read at a provider per minute. */
@Injectable()
export class ReadBudget {
  private readonly limiters: ReadonlyMap<string, RateLimiterPostgres>;

  constructor(dataSource: DataSource, providers: ProviderService) {
    this.limiters = new Map(
      providers.names.map((name) => [
        name,
        new RateLimiterPostgres({
          storeClient: dataSource,
          storeType: 'typeorm',
          tableName: 'kyc_rate_limits',
          tableCreated: true,
          keyPrefix: 'provider-reads',
          points: providers.definitionOf(name).readsPerMinute,
          duration: 60,
          clearExpiredByTimeout: false,
        }),
      ]),
    );
  }

  /** Takes one read from the budget. Returns 0, or the milliseconds to wait if the budget is used up. */
  async acquireOrDelayMs(provider: string): Promise<number> {
    try {
      await this.limiters.get(provider)?.consume(provider);
      return 0;
    } catch (rejection) {
      if (rejection instanceof RateLimiterRes) return Math.max(1, rejection.msBeforeNext);
      throw rejection;
    }
  }
}
