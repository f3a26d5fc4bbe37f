import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '../../common/clock.ts';
import { JobQueue } from '../../jobs/job-queue.ts';
import { ReconciliationService } from './reconciliation.service.ts';

/** Shorter than the schedule of one minute. */
const RUN_MS = 50_000;

@Injectable()
export class ReconciliationWorker implements OnApplicationBootstrap {
  constructor(
    private readonly jobs: JobQueue,
    private readonly reconciliation: ReconciliationService,
    private readonly clock: Clock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.jobs.work('reconciliation', async (job) => {
      const signal = AbortSignal.any([job.signal, AbortSignal.timeout(RUN_MS)]);
      await this.reconciliation.reconcile({ kind: 'due', now: this.clock.now() }, undefined, { signal });
    });
  }
}
