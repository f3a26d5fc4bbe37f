import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../../common/clock.ts';
import { type Job, JobQueue } from '../../jobs/job-queue.ts';
import { ProviderService } from '../providers/provider.service.ts';
import { ErasureRepository } from '../store/erasure.repository.ts';

const PROVIDER_TIMEOUT_MS = 15_000;

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
    private readonly providers: ProviderService,
    private readonly clock: Clock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.jobs.work('erasure', (job) => this.erase(job));
  }

  private async erase({ payload, signal }: Job<'erasure'>): Promise<void> {
    const { manager } = this.dataSource;
    const pending = await this.erasures.findPendingById(manager, payload.erasureId);
    if (pending === null || pending.providerSessionId === null) return;
    const { id, place, requestId, providerSessionId } = pending;
    const timeout = AbortSignal.timeout(PROVIDER_TIMEOUT_MS);
    const { finalAt } = await this.providers
      .of(place)
      .eraseSession(providerSessionId, AbortSignal.any([signal, timeout]));
    await this.erasures.markErased(manager, id, { erasedAt: this.clock.now(), finalAt });
    this.logger.log({ event: 'kyc.erased', place, requestId, finalAt });
  }
}
