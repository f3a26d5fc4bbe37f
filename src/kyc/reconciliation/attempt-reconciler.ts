import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../../common/clock.ts';
import { isContinuable } from '../domain/session-state.ts';
import { ProviderSessionService } from '../sessions/provider-session.service.ts';
import { AttemptRepository } from '../store/attempt.repository.ts';
import { type Attempt, isOpened, type OpenedAttempt } from '../store/attempt.ts';
import { StartRecoverer } from './start-recoverer.ts';

@Injectable()
export class AttemptReconciler {
  constructor(
    private readonly dataSource: DataSource,
    private readonly attempts: AttemptRepository,
    private readonly sessions: ProviderSessionService,
    private readonly starts: StartRecoverer,
    private readonly clock: Clock,
  ) {}

  /** Rejects with the error of the provider call. Then only the time of the next read has changed. */
  async readOrRecover(attempt: Attempt): Promise<void> {
    const now = this.clock.now();
    if (isOpened(attempt)) await this.read(attempt, now);
    else if (attempt.phase === 'opening') await this.starts.recover(attempt, now);
    else await this.starts.search(attempt, now);
  }

  /** Reads the provider before ending an expired attempt, because the user may have finished it. */
  private async read(attempt: OpenedAttempt, now: Date): Promise<void> {
    try {
      const hasExpired = attempt.expiresAt !== null && attempt.expiresAt <= now;
      if (hasExpired && isContinuable(attempt.phase)) await this.sessions.readOrExpire(attempt);
      else await this.sessions.readIntoLedger(attempt);
    } finally {
      await this.attempts.postponeRead(this.dataSource.manager, attempt, now);
    }
  }
}
