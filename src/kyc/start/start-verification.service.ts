import { Injectable } from '@nestjs/common';
import type { Principal } from '../../auth/token-verifier.ts';
import { Clock } from '../../common/clock.ts';
import { Metrics } from '../../metrics/metrics.ts';
import type { GuardedProvider } from '../providers/guarded-provider.ts';
import type { HostedSession } from '../providers/kyc-provider.ts';
import { ProviderUnavailableError } from '../providers/provider-errors.ts';
import { ProviderService } from '../providers/provider.service.ts';
import { ProviderSessionService } from '../sessions/provider-session.service.ts';
import { AttemptReopenedError } from '../sessions/session-errors.ts';
import type { LeasedAttempt } from '../store/attempt.ts';
import { StartDecisionService } from './start-decision.service.ts';

/**
 * Enough rounds for four cases in a row: the session has expired, it cannot be resumed, its provider fails, and a new
 * session is created.
 */
const MAX_ROUNDS = 5;

export interface StartedVerification {
  isNew: boolean;
  provider: string;
  hosted: HostedSession;
}

@Injectable()
export class StartVerificationService {
  constructor(
    private readonly decisions: StartDecisionService,
    private readonly sessions: ProviderSessionService,
    private readonly providers: ProviderService,
    private readonly metrics: Metrics,
    private readonly clock: Clock,
  ) {}

  async start(principal: Principal, redirectUrl: string): Promise<StartedVerification> {
    const startedAt = performance.now();
    const provider = this.providers.forNewSession();
    try {
      const started = await this.createOrResume(principal, redirectUrl);
      this.metrics.started(
        started.provider,
        started.isNew ? 'opened' : 'resumed',
        performance.now() - startedAt,
      );
      return started;
    } catch (error) {
      this.metrics.started(provider.name, 'refused', performance.now() - startedAt);
      throw error;
    }
  }

  /** Each round either returns a session or changes the state from which the next round decides. */
  private async createOrResume(principal: Principal, redirectUrl: string): Promise<StartedVerification> {
    let preferred = this.providers.forNewSession();
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const now = this.clock.now();
      const { kind, attempt } = await this.decisions.decideAndReserve(
        principal,
        preferred.name,
        redirectUrl,
        now,
      );
      if (kind === 'create') {
        const hosted = await this.create(attempt, preferred);
        if (hosted !== null) return { isNew: true, provider: attempt.provider, hosted };
        preferred = this.providers.forNewSession();
      } else if (kind === 'expire') {
        await this.sessions.endAttempt(attempt, 'expired');
      } else if (this.providers.has(attempt.provider)) {
        const provider = this.providers.of(attempt.provider);
        const hosted = await this.sessions.resume(attempt, provider, redirectUrl);
        if (hosted !== null) return { isNew: false, provider: attempt.provider, hosted };
      } else {
        // The provider was removed from the configuration, so the session cannot be resumed.
        await this.sessions.endAttempt(attempt, 'abandoned');
      }
    }
    throw new ProviderUnavailableError(preferred.name, 'the session can be neither resumed nor ended');
  }

  /**
   * Returns null in three cases: the current attempt was reopened, so the next round resumes it; the provider has just failed too often, so the next round tries another provider; or the
   * recovered session is over and has no link.
   */
  private async create(attempt: LeasedAttempt, provider: GuardedProvider): Promise<HostedSession | null> {
    try {
      const hosted = await this.sessions.recoverOrCreate(attempt, provider);
      return hosted.url !== null || hosted.sdkToken !== null ? hosted : null;
    } catch (error) {
      if (error instanceof AttemptReopenedError) return null;
      const canFailOver =
        error instanceof ProviderUnavailableError && this.providers.forNewSession() !== provider;
      if (!canFailOver) throw error;
      return null;
    }
  }
}
