import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../../common/clock.ts';
import { type Job, JobQueue } from '../../jobs/job-queue.ts';
import { UserRepository } from '../../users/user.repository.ts';
import { ProviderUnavailableError } from '../providers/provider-errors.ts';
import { ProviderJobService } from '../providers/provider-job.service.ts';
import { AttemptRepository, type KeptAtProvider } from '../store/attempt.repository.ts';
import type { ErasureEntity } from '../store/erasure.entity.ts';
import { ErasureRepository } from '../store/erasure.repository.ts';

const PROVIDER_TIMEOUT_MS = 15_000;

/** The job is retried, and erases the shared data if the newer session ends without a decision. */
class SharedDataInUseError extends Error {
  constructor() {
    super('a newer session of the user that is not over shares data with the erased one');
  }
}

/**
 * Retries every failure for a month, because rate limits pass and operators correct settings. The job also fails while
 * the provider is missing from the configuration, until an operator adds it again or erases the session by hand.
 */
@Injectable()
export class ProviderErasureWorker implements OnApplicationBootstrap {
  private readonly logger = new Logger(ProviderErasureWorker.name);

  constructor(
    private readonly jobs: JobQueue,
    private readonly dataSource: DataSource,
    private readonly erasures: ErasureRepository,
    private readonly attempts: AttemptRepository,
    private readonly users: UserRepository,
    private readonly providers: ProviderJobService,
    private readonly clock: Clock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.jobs.work('erasure', (job) => this.erase(job));
  }

  private async erase({ payload, signal }: Job<'erasure'>): Promise<void> {
    const pending = await this.prepare(payload.erasureId);
    if (pending === null) return;
    const { id, place, requestId, kept } = pending;
    const timeout = AbortSignal.any([signal, AbortSignal.timeout(PROVIDER_TIMEOUT_MS)]);
    const { manager } = this.dataSource;
    let finalAt: Date | null = null;
    try {
      const sessionId = pending.providerSessionId ?? (await this.recover(pending, timeout));
      if (sessionId !== null) {
        const session = { sessionId, keepsSharedData: kept !== 'nothing', now: this.clock.now() };
        const erasure = await this.providers.run(place, 'erase', (provider) =>
          provider.eraseSession(session, timeout),
        );
        if (erasure.hasKeptSharedData && kept === 'unfinished') throw new SharedDataInUseError();
        ({ finalAt } = erasure);
      }
    } catch (error) {
      // A call without an answer may still be carried out, so the lease has to end by itself.
      const isUnanswered = error instanceof ProviderUnavailableError && error.isUnanswered;
      if (!isUnanswered) await this.erasures.releaseLease(manager, id);
      throw error;
    }
    await this.erasures.markErased(manager, id, { erasedAt: this.clock.now(), finalAt });
    this.logger.log({ event: 'kyc.erased', place, requestId, finalAt });
  }

  /**
   * Finds what must stay at the provider. If that is nothing, the call can erase all data of the user, so the lease keeps
   * the user from starting until the call has ended.
   */
  private async prepare(id: string): Promise<(ErasureEntity & { kept: KeptAtProvider }) | null> {
    return this.dataSource.transaction(async (manager) => {
      const pending = await this.erasures.findPendingById(manager, id);
      if (pending === null) return null;
      const userId = String(pending.userId);
      await this.users.lock(manager, userId);
      const kept = await this.attempts.findKeptAt(manager, userId, pending.place);
      if (kept === 'nothing') await this.erasures.acquireLease(manager, id, this.clock.now());
      return { ...pending, userId, kept };
    });
  }

  /** Finds the session of a start whose answer was lost. Returns null if there is none, or no way to find it. */
  private async recover(pending: ErasureEntity, signal: AbortSignal): Promise<string | null> {
    const { id, place, requestId, userId, attemptId, redirectUrl, openedAt } = pending;
    if (attemptId === null || redirectUrl === null || openedAt === null) return null;
    const { recoverableForMs } = this.providers.definitionOf(place);
    const isRecoverable = openedAt.getTime() >= this.clock.now().getTime() - recoverableForMs;
    const request = { attemptId, userId, redirectUrl, now: openedAt };
    const hosted = isRecoverable
      ? await this.providers.run(place, 'read', (provider) => provider.recoverSession(request, signal))
      : null;
    if (hosted === null) {
      this.logger.warn({ event: 'kyc.erasure_found_no_session', place, requestId, isRecoverable });
      return null;
    }
    await this.erasures.recordRecovered(this.dataSource.manager, id, hosted.sessionId);
    return hosted.sessionId;
  }
}
