import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../common/clock.ts';
import { DomainError } from '../../common/domain-error.ts';
import { Metrics } from '../../metrics/metrics.ts';
import type { HostedSession, KycProvider, SessionRequest } from '../providers/kyc-provider.ts';
import { ProviderRestingError, ProviderUnavailableError } from '../providers/provider-errors.ts';
import { type Opening, AttemptRepository } from '../store/attempt.repository.ts';

/** Long enough for a slow provider, and shorter than the lease of an attempt. */
const PROVIDER_TIMEOUT_MS = 12_000;

/** Has the session of an attempt opened by its provider, or finds the one that an earlier try has left there. */
@Injectable()
export class SessionOpener {
  private readonly logger = new Logger(SessionOpener.name);

  constructor(
    private readonly openings: AttemptRepository,
    private readonly metrics: Metrics,
    private readonly clock: Clock,
  ) {}

  /** No transaction and no connection is held while the provider is called. */
  async open(opening: Opening, provider: KycProvider): Promise<HostedSession> {
    return this.keep(opening, async () => {
      const left = opening.mayExist ? await this.ask(opening, provider) : null;
      return left ?? provider.createSession(requestOf(opening), withinTime());
    });
  }

  /** Only finds what is there. `null`: nothing is, and the attempt is given up. */
  async recover(opening: Opening, provider: KycProvider): Promise<HostedSession | null> {
    return this.keep(opening, () => this.ask(opening, provider));
  }

  private ask(opening: Opening, provider: KycProvider): Promise<HostedSession | null> {
    return provider.recoverSession(requestOf(opening), withinTime());
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
  private async letGo(opening: Opening, error: unknown): Promise<void> {
    const now = this.clock.now();
    await (isUnclear(opening, error)
      ? this.openings.release(opening.attemptId, now)
      : this.openings.giveUp(opening.attemptId, now));
  }
}

/** The same words whenever it is asked for: an idempotency key may be made of any of them. */
function requestOf({ attemptId, userId, redirectUrl, openedAt }: Opening): SessionRequest {
  return { attemptId, userId, redirectUrl, now: openedAt };
}

/** Whether a session may be there. An answer, even an error, is given up: Persona would give it to the same key for a day. */
function isUnclear({ mayExist }: Opening, error: unknown): boolean {
  if (!(error instanceof DomainError)) return true;
  if (!(error instanceof ProviderUnavailableError)) return false;
  const wasNotAsked = error instanceof ProviderRestingError || error.status === 429;
  return error.isUnanswered || (mayExist && wasNotAsked);
}

/** Bounds a call to a provider that a user waits for. */
export function withinTime(): AbortSignal {
  return AbortSignal.timeout(PROVIDER_TIMEOUT_MS);
}
