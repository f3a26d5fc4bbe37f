import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../../common/clock.ts';
import { DomainError } from '../../common/domain-error.ts';
import { pipeline } from '../../database/pipeline.ts';
import { UserNotWrittenError } from '../../users/user-errors.ts';
import { UserRepository } from '../../users/user.repository.ts';
import { isOver } from '../domain/session-state.ts';
import type { HostedSession, SessionRequest } from '../providers/kyc-provider.ts';
import {
  ProviderRefusedError,
  ProviderUnavailableError,
  RequestNotExecutedError,
} from '../providers/provider-errors.ts';
import { ProviderService } from '../providers/provider.service.ts';
import { AttemptRepository } from '../store/attempt.repository.ts';
import type { LeasedAttempt } from '../store/attempt.ts';
import { CallTime } from './call-time.ts';
import { msUntilBelieved, NOT_FOUND } from './not-found.ts';
import { currentAttempt, rejectIfDecided } from './current-attempt.ts';
import { EarlyEventService } from './early-event.service.ts';
import { AttemptReopenedError, StartInProgressError } from './session-errors.ts';

/** With these statuses the provider, or a proxy, has refused the caller or the route, and has not searched. */
const NOT_SEARCHED: readonly (number | null)[] = [null, 401, 403, ...NOT_FOUND];

/**
 * The state of an attempt after a failed call. `kept`: it stays, and the next caller recovers its session. `failed`: it
 * has no session. `lost`: it ends, but its session may exist. `not_found`: `kept` at first, and `lost` some minutes later.
 */
type AfterFailure = 'kept' | 'failed' | 'lost' | 'not_found';

/**
 * Creates and recovers provider sessions. Each attempt asks its provider for at most one session. An attempt whose call
 * got no answer counts towards KYC_MAX_ATTEMPTS until the provider has answered that the session does not exist.
 */
@Injectable()
export class SessionOpeningService {
  private readonly logger = new Logger(SessionOpeningService.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly attempts: AttemptRepository,
    private readonly users: UserRepository,
    private readonly earlyEvents: EarlyEventService,
    private readonly providers: ProviderService,
    private readonly clock: Clock,
  ) {}

  /**
   * Creates the session of the attempt. If an earlier call may have created it, recovers it instead. If there is none to
   * recover, or if it cannot be found, ends the attempt as lost and returns null.
   *
   * Runs the provider call without a transaction or a database connection, then records the result.
   */
  async createOrRecover(attempt: LeasedAttempt, calls = new CallTime()): Promise<HostedSession | null> {
    const provider = calls.forUseCase(this.providers.of(attempt.provider));
    const request = requestOf(attempt);
    let hosted: HostedSession | null = null;
    try {
      hosted = attempt.mayExistAtProvider
        ? await provider.recoverSession(request, calls.signal())
        : await provider.createSession(request, calls.signal());
      if (hosted === null) await this.markLost(attempt);
      else await this.markOpened(attempt, hosted);
      return hosted;
    } catch (error) {
      // If the database is unreachable too, the lease expires by itself.
      await this.releaseAfterFailure(attempt, hosted, error).catch(() => undefined);
      throw error;
    }
  }

  private async markOpened(attempt: LeasedAttempt, hosted: HostedSession): Promise<void> {
    const { id, userId, provider } = attempt;
    const session = { provider, sessionId: hosted.sessionId };
    const now = this.clock.now();
    const early = await this.dataSource.transaction(async (manager) => {
      // PostgreSQL runs these in order, so the early events are read after both locks are taken.
      const [, user, found] = await pipeline(
        this.earlyEvents.lockSession(manager, session),
        this.users.lock(manager, userId),
        this.earlyEvents.findEvents(manager, session, userId),
      );
      if (user === null) throw new StartInProgressError('the user was deleted meanwhile');
      // During the call to the provider, a late event of the previous attempt may have decided the status or reopened it.
      if (user.kycSessionId !== null) {
        const current = currentAttempt(user, await this.attempts.findByUser(manager, userId));
        rejectIfDecided(user, current);
        if (current !== null && !isOver(current.phase)) {
          throw new AttemptReopenedError(`the current attempt is ${current.phase} again`);
        }
      }
      if (!(await this.attempts.markOpened(manager, attempt, hosted, now))) {
        throw new StartInProgressError('the attempt was recovered or marked as failed meanwhile');
      }
      await this.earlyEvents.applyToAttempt(manager, id, found, now);
      return found;
    });
    this.earlyEvents.countRefusedInMetrics(provider, early);
    this.logger.log({ event: 'kyc.session_opened', userId, provider, attemptId: id });
  }

  private async markLost(attempt: LeasedAttempt): Promise<void> {
    await this.attempts.markLost(this.dataSource.manager, attempt.id, this.clock.now());
  }

  private async releaseAfterFailure(
    attempt: LeasedAttempt,
    hosted: HostedSession | null,
    error: unknown,
  ): Promise<void> {
    const { manager } = this.dataSource;
    const now = this.clock.now();
    // After a UserNotWrittenError only the record of the session is missing, so the session is recovered.
    if (hosted !== null && error instanceof DomainError && !(error instanceof UserNotWrittenError)) {
      // The session exists, but the user no longer needs it. Its id is kept for the limit and for an erasure.
      return this.attempts.markFailed(manager, attempt.id, now, hosted.sessionId);
    }
    const { canSearchByAttempt } = this.providers.definitionOf(attempt.provider);
    switch (afterFailure(attempt, error, canSearchByAttempt)) {
      case 'kept':
        return this.attempts.expireLease(manager, attempt.id, now);
      case 'failed':
        return this.attempts.markFailed(manager, attempt.id, now);
      case 'lost':
        return this.attempts.markLost(manager, attempt.id, now);
      case 'not_found': {
        const since = await this.attempts.recordNotFound(manager, attempt.id, now);
        if (msUntilBelieved(since, now) > 0) return this.attempts.expireLease(manager, attempt.id, now);
        return this.attempts.markLost(manager, attempt.id, now);
      }
    }
  }
}

/**
 * Must return the same request in each call for one attempt, because an idempotency key may cover any of these fields.
 */
export function requestOf({
  id,
  userId,
  redirectUrl,
  openedAt,
}: Pick<LeasedAttempt, 'id' | 'userId' | 'redirectUrl' | 'openedAt'>): SessionRequest {
  return { attemptId: id, userId, redirectUrl, now: openedAt };
}

function afterFailure(
  { mayExistAtProvider }: LeasedAttempt,
  error: unknown,
  canSearch: boolean,
): AfterFailure {
  if (!(error instanceof DomainError) || error instanceof UserNotWrittenError) return 'kept';
  const isUnavailable = error instanceof ProviderUnavailableError;
  if (error instanceof RequestNotExecutedError || (isUnavailable && error.status === 429)) {
    return mayExistAtProvider ? 'kept' : 'failed';
  }
  if (isUnavailable && error.isUnanswered) return 'kept';
  // A provider that only searches has not answered the search, so the next caller repeats it.
  if (mayExistAtProvider) {
    const isRefused = error instanceof ProviderRefusedError;
    // Persona may have stored this answer under the idempotency key, or a wrong route has given it for a moment.
    if (!canSearch && isRefused && NOT_FOUND.includes(error.status)) return 'not_found';
    const hasNotSearched = isRefused && NOT_SEARCHED.includes(error.status);
    // Otherwise Persona repeats the same answer to the same idempotency key for a day.
    return canSearch || hasNotSearched ? 'kept' : 'lost';
  }
  // A success that cannot be read: the session probably exists.
  if (isUnavailable && error.status === null) return canSearch ? 'kept' : 'lost';
  return 'failed';
}
