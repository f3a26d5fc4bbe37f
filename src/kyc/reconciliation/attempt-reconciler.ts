import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../../common/clock.ts';
import { pipeline } from '../../database/pipeline.ts';
import { UserRepository } from '../../users/user.repository.ts';
import { isContinuable } from '../domain/session-state.ts';
import { ProviderService } from '../providers/provider.service.ts';
import { ProviderSessionService } from '../sessions/provider-session.service.ts';
import { AttemptRepository } from '../store/attempt.repository.ts';
import { type Attempt, isOpened, type LeasedAttempt, type OpenedAttempt } from '../store/attempt.ts';

@Injectable()
export class AttemptReconciler {
  constructor(
    private readonly dataSource: DataSource,
    private readonly users: UserRepository,
    private readonly attempts: AttemptRepository,
    private readonly sessions: ProviderSessionService,
    private readonly providers: ProviderService,
    private readonly clock: Clock,
  ) {}

  /** Rejects with the error of the provider call. Then only the time of the next read has changed. */
  async readOrRecover(attempt: Attempt): Promise<void> {
    await (isOpened(attempt) ? this.read(attempt) : this.recover(attempt));
  }

  private async recover(attempt: Attempt): Promise<void> {
    const now = this.clock.now();
    if (attempt.redirectUrl === null) return this.markFailed(attempt, now);
    const leased = await this.acquireLease(attempt, now);
    if (leased === null) return;
    const { recoverableForMs } = this.providers.definitionOf(leased.provider);
    const isRecoverable = attempt.openedAt.getTime() >= now.getTime() - recoverableForMs;
    if (!isRecoverable) return this.markFailed(attempt, now);
    await this.sessions.recoverOrMarkFailed(leased, this.providers.of(leased.provider).inBackground);
  }

  /** Acquires the lease under the user's lock, so that an erasure of the user sees the lease. */
  private async acquireLease(attempt: Attempt, now: Date): Promise<LeasedAttempt | null> {
    return this.dataSource.transaction(async (manager) => {
      const [, leased] = await pipeline(
        this.users.lock(manager, attempt.userId),
        this.attempts.acquireLease(manager, attempt.id, now),
      );
      return leased;
    });
  }

  private async markFailed(attempt: Attempt, now: Date): Promise<void> {
    await this.attempts.markFailed(this.dataSource.manager, attempt.id, now);
  }

  /** Reads the provider before ending an expired attempt, because the user may have finished it. */
  private async read(attempt: OpenedAttempt): Promise<void> {
    const now = this.clock.now();
    try {
      const { inBackground } = this.providers.of(attempt.provider);
      const result = await this.sessions.readIntoLedger(attempt, inBackground);
      const hasExpired = attempt.expiresAt !== null && attempt.expiresAt <= now;
      if (result !== 'moved' && hasExpired && isContinuable(attempt.phase)) {
        await this.sessions.endAttempt(attempt, 'expired');
      }
    } finally {
      await this.attempts.postponeRead(this.dataSource.manager, attempt, now);
    }
  }
}
