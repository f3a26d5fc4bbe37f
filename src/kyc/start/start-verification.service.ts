import { Injectable, Logger } from '@nestjs/common';
import type { Principal } from '../../auth/token-verifier.ts';
import { Clock } from '../../common/clock.ts';
import { Metrics } from '../../metrics/metrics.ts';
import type { HostedSession } from '../providers/kyc-provider.ts';
import { ProviderRefusedError, ProviderUnavailableError } from '../providers/provider-errors.ts';
import { ProviderService } from '../providers/provider.service.ts';
import { CallTime } from '../sessions/call-time.ts';
import { ProviderSessionService } from '../sessions/provider-session.service.ts';
import { AttemptReopenedError } from '../sessions/session-errors.ts';
import { SessionOpeningService } from '../sessions/session-opening.service.ts';
import type { LeasedAttempt, OpenedAttempt } from '../store/attempt.ts';
import { ProviderChoice } from './provider-choice.ts';
import { AttemptsExhaustedError, StartDecisionService } from './start-decision.service.ts';

/** Enough rounds for an expired session, a session to recover, all providers that fail, and a new session. */
const MAX_ROUNDS = 12;
/** All calls of one start to providers end in this time, so that a client that waits 30 s gets the response. */
const CALLS_MS = 24_000;

export interface StartedVerification {
  isNew: boolean;
  provider: string;
  hosted: HostedSession;
}

@Injectable()
export class StartVerificationService {
  private readonly logger = new Logger(StartVerificationService.name);

  constructor(
    private readonly decisions: StartDecisionService,
    private readonly openings: SessionOpeningService,
    private readonly sessions: ProviderSessionService,
    private readonly providers: ProviderService,
    private readonly metrics: Metrics,
    private readonly clock: Clock,
  ) {}

  async start(principal: Principal, redirectUrl: string): Promise<StartedVerification> {
    const startedAt = performance.now();
    const choice = new ProviderChoice(this.providers);
    try {
      const started = await this.createOrResume(principal, redirectUrl, choice);
      this.metrics.started(
        started.provider,
        started.isNew ? 'opened' : 'resumed',
        performance.now() - startedAt,
      );
      return started;
    } catch (error) {
      this.metrics.started(choice.current.name, 'refused', performance.now() - startedAt);
      throw error;
    }
  }

  /** Each round either returns a session or changes the state from which the next round decides. */
  private async createOrResume(
    principal: Principal,
    redirectUrl: string,
    choice: ProviderChoice,
  ): Promise<StartedVerification> {
    const calls = new CallTime(CALLS_MS);
    for (let round = 0; round < MAX_ROUNDS && calls.isEnough; round += 1) {
      const { kind, attempt } = await this.decide(principal, redirectUrl, choice);
      const isNew = kind === 'create';
      const hosted = isNew
        ? await this.create(attempt, choice, calls)
        : await this.continue(kind, attempt, redirectUrl, calls);
      if (hosted !== null) return { isNew, provider: attempt.provider, hosted };
    }
    throw choice.failure ?? new ProviderUnavailableError(choice.current.name, 'no session in the given time');
  }

  private async decide(principal: Principal, redirectUrl: string, choice: ProviderChoice) {
    try {
      const now = this.clock.now();
      return await this.decisions.decideAndReserve(principal, choice.current.name, redirectUrl, now);
    } catch (error) {
      // The attempt at the provider that failed was the last one. It can still be recovered there.
      throw error instanceof AttemptsExhaustedError ? (choice.failure ?? error) : error;
    }
  }

  /** Returns null if the session is over. Its end is then in the ledger. */
  private async continue(
    kind: 'resume' | 'expire',
    attempt: OpenedAttempt,
    redirectUrl: string,
    calls: CallTime,
  ): Promise<HostedSession | null> {
    if (!this.providers.has(attempt.provider)) {
      // The provider was removed from the configuration, so it can be neither asked nor used.
      await this.sessions.endAttempt(attempt, 'abandoned');
      return null;
    }
    if (kind === 'resume') return this.sessions.resume(attempt, redirectUrl, calls);
    await this.sessions.readOrExpire(attempt, calls);
    return null;
  }

  /**
   * Returns null if the next round must decide again: the current attempt was reopened, the provider has failed and
   * another one is next, or the session of an earlier start cannot be recovered or is over.
   */
  private async create(
    attempt: LeasedAttempt,
    choice: ProviderChoice,
    calls: CallTime,
  ): Promise<HostedSession | null> {
    try {
      const hosted = await this.openings.createOrRecover(attempt, calls);
      return hosted !== null && (hosted.url !== null || hosted.sdkToken !== null) ? hosted : null;
    } catch (error) {
      if (error instanceof AttemptReopenedError) return null;
      const isRefused = error instanceof ProviderRefusedError;
      if (!isRefused && !(error instanceof ProviderUnavailableError)) throw error;
      if (!choice.failOver(error)) throw choice.failure ?? error;
      const line = { event: 'kyc.start_failed_over', provider: attempt.provider, to: choice.current.name };
      // A provider that refuses the gateway's own request does so for every user until an operator acts.
      if (isRefused) this.logger.error({ ...line, reason: error.message });
      else this.logger.warn({ ...line, reason: error.message });
      this.metrics.failedOver(attempt.provider, isRefused ? 'refused' : 'unavailable');
      return null;
    }
  }
}
