import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource, IsNull } from 'typeorm';
import { Clock } from '../../common/clock.ts';
import { type Job, JobQueue } from '../../jobs/job-queue.ts';
import { ProviderService } from '../providers/provider.service.ts';
import { ErasureEntity } from '../store/erasure.entity.ts';

const PROVIDER_TIMEOUT_MS = 15_000;

/**
 * Has providers erase sessions. Whatever they refuse is tried again for a month, for limits pass and settings are
 * mended; so is a provider that was taken out of the configuration, until it is put back or an operator has done it
 * by hand.
 */
@Injectable()
export class ErasureWorker implements OnApplicationBootstrap {
  private readonly logger = new Logger(ErasureWorker.name);

  constructor(
    private readonly jobs: JobQueue,
    private readonly dataSource: DataSource,
    private readonly providers: ProviderService,
    private readonly clock: Clock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.jobs.work('erasure', (job) => this.erase(job));
  }

  private async erase({ payload, signal }: Job<'erasure'>): Promise<void> {
    const erasures = this.dataSource.getRepository(ErasureEntity);
    const open = await erasures.findOneBy({ id: payload.erasureId, erasedAt: IsNull() });
    if (open === null || open.providerSessionId === null) return;
    const { place, requestId } = open;
    const timeout = AbortSignal.timeout(PROVIDER_TIMEOUT_MS);
    const { finalAt } = await this.providers
      .of(place)
      .eraseSession(open.providerSessionId, AbortSignal.any([signal, timeout]));
    await erasures.update(
      { id: open.id, erasedAt: IsNull() },
      { erasedAt: this.clock.now(), finalAt, providerSessionId: null },
    );
    this.logger.log({ event: 'kyc.erased', place, requestId, finalAt });
  }
}
