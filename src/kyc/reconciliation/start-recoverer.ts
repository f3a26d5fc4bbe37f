import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { pipeline } from '../../database/pipeline.ts';
import { UserRepository } from '../../users/user.repository.ts';
import { ProviderService } from '../providers/provider.service.ts';
import { CallTime } from '../sessions/call-time.ts';
import { RedirectUrls } from '../sessions/redirect-urls.ts';
import { requestOf, SessionOpeningService } from '../sessions/session-opening.service.ts';
import { AttemptRepository } from '../store/attempt.repository.ts';
import type { Attempt, LeasedAttempt } from '../store/attempt.ts';

const SEARCH_AGAIN_AFTER_MS = 15 * 60_000;

/** Recovers the sessions of starts that crashed or got no answer, and that no user has continued. */
@Injectable()
export class StartRecoverer {
  private readonly logger = new Logger(StartRecoverer.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly users: UserRepository,
    private readonly attempts: AttemptRepository,
    private readonly openings: SessionOpeningService,
    private readonly providers: ProviderService,
    private readonly redirectUrls: RedirectUrls,
  ) {}

  /** Recovers the session of an attempt that is still opening, or marks the attempt as lost. */
  async recover(attempt: Attempt, now: Date): Promise<void> {
    const isRecoverable =
      this.isRecoverable(attempt, now) && this.redirectUrls.isAllowed(attempt.redirectUrl);
    const leased = await this.acquireLease(attempt, now, isRecoverable);
    if (leased !== null) await this.openings.createOrRecover(leased);
  }

  /**
   * Searches the session of an attempt that was marked as lost. The user never gets it, but its id makes the attempt
   * complete for the limit and for an erasure. If there is none, the attempt no longer counts.
   */
  async search(attempt: Attempt, now: Date): Promise<void> {
    const { id, userId, provider, openedAt, redirectUrl } = attempt;
    const { manager } = this.dataSource;
    const canSearch = this.providers.definitionOf(provider).canSearchByAttempt && redirectUrl !== null;
    if (!canSearch || !this.isRecoverable(attempt, now)) {
      return this.attempts.scheduleSearch(manager, id, null);
    }
    try {
      const request = requestOf({ id, userId, redirectUrl, openedAt });
      const { inBackground } = this.providers.of(provider);
      const found = await inBackground.recoverSession(request, new CallTime().signal());
      await this.attempts.recordSearch(manager, attempt, found?.sessionId ?? null, now);
      if (found !== null) this.logger.log({ event: 'kyc.lost_session_found', provider, attemptId: id });
    } catch (error) {
      const next = new Date(now.getTime() + SEARCH_AGAIN_AFTER_MS);
      await this.attempts.scheduleSearch(manager, id, next);
      throw error;
    }
  }

  private isRecoverable({ provider, openedAt }: Attempt, now: Date): boolean {
    return openedAt.getTime() >= now.getTime() - this.providers.definitionOf(provider).recoverableForMs;
  }

  /** Acquires the lease under the user's lock, so that an erasure of the user sees the lease. */
  private async acquireLease(
    attempt: Attempt,
    now: Date,
    isRecoverable: boolean,
  ): Promise<LeasedAttempt | null> {
    return this.dataSource.transaction(async (manager) => {
      const [, leased] = await pipeline(
        this.users.lock(manager, attempt.userId),
        this.attempts.acquireLease(manager, attempt.id, now),
      );
      if (leased !== null && isRecoverable) return leased;
      // Without a redirect URL the call cannot be repeated, and no lease can be acquired.
      if (leased !== null || attempt.redirectUrl === null) {
        await this.attempts.markLost(manager, attempt.id, now);
      }
      return null;
    });
  }
}
