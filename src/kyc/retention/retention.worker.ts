import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '../../common/clock.ts';
import { JobQueue } from '../../jobs/job-queue.ts';
import { RetentionService } from './retention.service.ts';

/** Less than the hour after which the job expires. */
const RUN_MS = 50 * 60 * 1_000;

@Injectable()
export class RetentionWorker implements OnApplicationBootstrap {
  private readonly logger = new Logger(RetentionWorker.name);

  constructor(
    private readonly jobs: JobQueue,
    private readonly retention: RetentionService,
    private readonly clock: Clock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.jobs.work('retention', async (job) => {
      const signal = AbortSignal.any([job.signal, AbortSignal.timeout(RUN_MS)]);
      const purged = await this.retention.purge(this.clock.now(), signal);
      this.logger.log({ event: 'retention.purged', ...purged });
    });
  }
}
