import { Injectable } from '@nestjs/common';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { DataSource } from 'typeorm';
import { ProviderService } from './provider.service.ts';

const WINDOW_SECONDS = 60;
const SECONDS_BETWEEN_RETURNS = 10;

export type BackgroundCall = 'read' | 'lookup' | 'erase';

/** The most requests that an adapter makes for a call, as a rule. Onfido's lookup reads a check and lists the runs. */
const REQUESTS: Readonly<Record<BackgroundCall, number>> = { read: 1, lookup: 2, erase: 3 };

/**
 * Limits the requests per minute for which no user waits. All replicas and operators share one budget per provider.
 */
@Injectable()
export class ReadBudget {
  private readonly limiters: ReadonlyMap<string, RateLimiterPostgres>;
  private readonly returns: RateLimiterPostgres;

  constructor(dataSource: DataSource, providers: ProviderService) {
    const limiter = (keyPrefix: string, points: number, duration: number) =>
      new RateLimiterPostgres({
        storeClient: dataSource,
        storeType: 'typeorm',
        tableName: 'kyc_rate_limits',
        tableCreated: true,
        keyPrefix,
        points,
        duration,
        clearExpiredByTimeout: false,
      });
    this.limiters = new Map(
      providers.names.map((name) => [
        name,
        limiter('provider-reads', providers.definitionOf(name).readsPerMinute, WINDOW_SECONDS),
      ]),
    );
    this.returns = limiter('read-on-return', 1, SECONDS_BETWEEN_RETURNS);
  }

  /** Returns 0 after taking the call from the budget. Returns the milliseconds to wait if the budget is used up. */
  async acquireOrDelayMs(provider: string, call: BackgroundCall): Promise<number> {
    return delayMsOf(this.limiters.get(provider)?.consume(provider, REQUESTS[call]));
  }

  /** Whether the return of the user may cause a read of the attempt, whichever replica the user returns to. */
  async acquireReturn(attemptId: string): Promise<boolean> {
    return (await delayMsOf(this.returns.consume(attemptId))) === 0;
  }

  /**
   * Empties the budget, because the provider answered 429. The pause takes at least one window, because the budget is
   * full again after it.
   */
  async pause(provider: string, seconds: number): Promise<void> {
    await this.limiters.get(provider)?.block(provider, Math.max(WINDOW_SECONDS, seconds));
  }
}

async function delayMsOf(consumed: Promise<RateLimiterRes> | undefined): Promise<number> {
  try {
    await consumed;
    return 0;
  } catch (rejection) {
    if (rejection instanceof RateLimiterRes) return Math.max(1, rejection.msBeforeNext);
    throw rejection;
  }
}
