import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../common/clock.js';
import { DomainError } from '../../common/domain-error.js';
import { Metrics } from '../../metrics/metrics.js';
import type { HostedSession, KycProvider } from '../providers/kyc-provider.js';
import { ProviderUnavailableError } from '../providers/provider-errors.js';
import { type Opening, Openings } from './openings.js';

/** Long enough for a slow provider, and shorter than the lease of an attempt. */
const PROVIDER_TIMEOUT_MS = 12_000;

/** Has the session of an attempt opened by its provider, or finds the one that an earlier try has left there. */
@Injectable()
export class SessionOpener {
  private readonly logger = new Logger(SessionOpener.name);

  constructor(
    private readonly openings: Openings,
    private readonly metrics: Metrics,
    private readonly clock: Clock,
  ) {}

  /** No transaction and no connection is held while the provider is called. */
  async open(opening: Opening, provider: KycProvider): Promise<HostedSession> {
    return this.keep(opening, async () => {
      const left = opening.mayExist ? await this.ask(opening, provider) : null;
      return left ?? provider.createSession(this.requestOf(opening), withinTime());
    });
  }

  /** Only finds what is there. `null`: nothing is, and the attempt is given up. */
  async recover(opening: Opening, provider: KycProvider): Promise<HostedSession | null> {
    return this.keep(opening, () => this.ask(opening, provider));
  }

  private ask(opening: Opening, provider: KycProvider): Promise<HostedSession | null> {
    return provider.recoverSession(this.requestOf(opening), withinTime());
  }

  private requestOf({ attemptId, userId, redirectUrl }: Opening) {
    return { attemptId, userId, redirectUrl, now: this.clock.now() };
  }

  private async keep<Found extends HostedSession | null>(
    opening: Opening,
    find: () => Promise<Found>,
  ): Promise<Found> {
    const { attemptId, userId, provider } = opening;
    try {
      const hosted = await find();
      if (hosted === null) {
        await this.openings.giveUp(attemptId, this.clock.now());
        return hosted;
      }
      const early = await this.openings.open(opening, hosted, this.clock.now());
      for (const { outcome } of early.filter(({ isForeign }) => isForeign)) {
        this.metrics.recorded(provider, outcome, 'refused');
      }
      this.logger.log({ event: 'kyc.session_opened', userId, provider, attemptId });
      return hosted;
    } catch (error) {
      // Where the database is away, too, the lease runs out by itself.
      await this.letGo(opening, error).catch(() => undefined);
      throw error;
    }
  }

  /** What got no answer may have been done all the same, and so may what could not be noted: whoever comes next looks. */
  private async letGo({ attemptId, mayExist }: Opening, error: unknown): Promise<void> {
    const isNotOpened =
      error instanceof ProviderUnavailableError
        ? !error.isUnanswered && !mayExist
        : error instanceof DomainError;
    if (isNotOpened) await this.openings.giveUp(attemptId, this.clock.now());
    else await this.openings.release(attemptId, this.clock.now());
  }
}

/** Bounds a call to a provider that a user waits for. */
export function withinTime(): AbortSignal {
  return AbortSignal.timeout(PROVIDER_TIMEOUT_MS);
}
