import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { DataSource, type EntityManager } from 'typeorm';
import type { Principal } from '../../auth/token-verifier.ts';
import { DomainError } from '../../common/domain-error.ts';
import type { GatewayConfig } from '../../config/gateway.config.ts';
import { pipeline } from '../../database/pipeline.ts';
import { UnknownUserError } from '../../users/user-errors.ts';
import { UserRepository } from '../../users/user.repository.ts';
import { UsersService } from '../../users/users.service.ts';
import { isContinuable } from '../domain/session-state.ts';
import { currentAttempt, rejectIfDecided } from '../sessions/current-attempt.ts';
import { StartInProgressError } from '../sessions/session-errors.ts';
import { AttemptRepository } from '../store/attempt.repository.ts';
import { ErasureRepository } from '../store/erasure.repository.ts';
import { type Attempt, isLeased, type LeasedAttempt, type OpenedAttempt } from '../store/attempt.ts';

export class AttemptsExhaustedError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'kyc.attempts_exhausted';
  readonly title = 'This user has no attempts left';
}

export type StartDecision =
  | { kind: 'create'; attempt: LeasedAttempt }
  | { kind: 'resume'; attempt: OpenedAttempt }
  | { kind: 'expire'; attempt: OpenedAttempt };

@Injectable()
export class StartDecisionService {
  private readonly maxAttempts: number;
  private readonly redirectUrls: readonly string[];

  constructor(
    private readonly dataSource: DataSource,
    private readonly users: UsersService,
    private readonly userRows: UserRepository,
    private readonly attempts: AttemptRepository,
    private readonly erasures: ErasureRepository,
    config: ConfigService<GatewayConfig, true>,
  ) {
    const { maxAttempts, redirectUrls } = config.get('kyc', { infer: true });
    this.maxAttempts = maxAttempts;
    this.redirectUrls = redirectUrls;
  }

  /**
   * If the decision is `create`, the attempt is written and leased. Creates the user's row first if it is missing and
   * the configuration allows it.
   * @param provider the provider of a new session
   * @throws UnknownUserError, AlreadyVerifiedError, InReviewError, RetryNotAllowedError, StartInProgressError or
   *   AttemptsExhaustedError
   */
  async decideAndReserve(
    principal: Principal,
    provider: string,
    redirectUrl: string,
    now: Date,
  ): Promise<StartDecision> {
    const decision = await this.decideFor(principal.userId, provider, redirectUrl, now);
    if (decision !== null) return decision;
    await this.users.createFromToken(principal);
    const second = await this.decideFor(principal.userId, provider, redirectUrl, now);
    if (second === null) throw new UnknownUserError('the row was deleted again');
    return second;
  }

  private decideFor(
    userId: string,
    provider: string,
    redirectUrl: string,
    now: Date,
  ): Promise<StartDecision | null> {
    return this.dataSource.transaction(async (manager) => {
      // PostgreSQL runs these in order, so the attempts are read after the user is locked.
      const [user, attempts] = await pipeline(
        this.userRows.lock(manager, userId),
        this.attempts.findByUser(manager, userId),
      );
      if (user === null) return null;
      const current = currentAttempt(user, attempts);
      rejectIfDecided(user, current);
      if (current !== null && isContinuable(current.phase)) {
        const hasExpired = current.expiresAt !== null && current.expiresAt <= now;
        return { kind: hasExpired ? 'expire' : 'resume', attempt: current };
      }
      if (await this.erasures.isLeasedAt(manager, user.id, provider, now)) {
        throw new StartInProgressError('the provider is erasing the data of this user');
      }
      const attempt =
        (await this.acquireLease(manager, attempts, provider, now)) ??
        (await this.reserve(manager, user.id, provider, redirectUrl, now));
      return { kind: 'create', attempt };
    });
  }

  /**
   * Acquires the lease of an attempt whose request crashed or got no answer, because a second provider session costs
   * money. Marks an attempt at another provider, or with a redirect URL that is no longer allowed, as lost: the user
   * never received its link, but its session may exist.
   */
  private async acquireLease(
    manager: EntityManager,
    attempts: readonly Attempt[],
    provider: string,
    now: Date,
  ): Promise<LeasedAttempt | null> {
    const unfinished = attempts.find(({ phase }) => phase === 'opening');
    if (unfinished === undefined) return null;
    if (isLeased(unfinished, now)) throw new StartInProgressError('another request holds the lease');
    const isAllowed = this.redirectUrls.includes(unfinished.redirectUrl ?? '');
    const isWanted = unfinished.provider === provider && isAllowed;
    const leased = isWanted ? await this.attempts.acquireLease(manager, unfinished.id, now) : null;
    if (leased === null) await this.attempts.markLost(manager, unfinished.id, now);
    return leased;
  }

  private async reserve(
    manager: EntityManager,
    userId: string,
    provider: string,
    redirectUrl: string,
    now: Date,
  ): Promise<LeasedAttempt> {
    const used = await this.attempts.countUsed(manager, userId);
    if (used >= this.maxAttempts) {
      throw new AttemptsExhaustedError(`all ${this.maxAttempts} attempts are used`);
    }
    return this.attempts.reserve(manager, userId, provider, redirectUrl, now);
  }
}
