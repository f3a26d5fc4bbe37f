import { Injectable } from '@nestjs/common';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { DataSource } from 'typeorm';
import { ProviderService } from './provider.service.ts';

const WINDOW_SECONDS = 60;

export type BackgroundCall = 'read' | 'lookup' | 'erase';

/** The most requests that an adapter makes for a call, as a rule. Onfido's lookup reads a check and lists the runs. */
const REQUESTS: Readonly<Record<BackgroundCall, number>> = { read: 1, lookup: 2, erase: 3 };

/**
 * Limits the requests per minute for which no user waits. All replicas and operators share one budget per provider.
 */
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
          duration: WINDOW_SECONDS,
          clearExpiredByTimeout: false,
        }),
      ]),
    );
  }

  /** Returns 0 after taking the call from the budget. Returns the milliseconds to wait if the budget is used up. */
  async acquireOrDelayMs(provider: string, call: BackgroundCall): Promise<number> {
    try {
      await this.limiters.get(provider)?.consume(provider, REQUESTS[call]);
      return 0;
    } catch (rejection) {
      if (rejection instanceof RateLimiterRes) return Math.max(1, rejection.msBeforeNext);
      throw rejection;
    }
  }

  /**
   * Empties the budget, because the provider answered 429. The pause takes at least one window, because the budget is
   * full again after it.
   */
  async pause(provider: string, seconds: number): Promise<void> {
    await this.limiters.get(provider)?.block(provider, Math.max(WINDOW_SECONDS, seconds));
  }
}
