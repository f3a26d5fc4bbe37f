import { Injectable } from '@nestjs/common';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { DataSource } from 'typeorm';
import { ProviderService } from '../providers/provider.service.ts';

/** Limits the reads per minute at a provider. All replicas and operators share one budget. */
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

  /** Returns 0 after taking one read from the budget. Returns the milliseconds to wait if the budget is used up. */
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
