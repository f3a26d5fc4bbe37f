import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '../../common/clock.ts';
import { type Job, JobQueue } from '../../jobs/job-queue.ts';
import { Metrics } from '../../metrics/metrics.ts';
import { inboxEvent } from '../inbox/inbox-event.ts';
import { InboxService } from '../inbox/inbox.service.ts';
import { ProviderRefusedError } from '../providers/provider-errors.ts';
import { ProviderJobService } from '../providers/provider-job.service.ts';

const PROVIDER_TIMEOUT_MS = 15_000;
const NOT_FOUND: readonly (number | null)[] = [404, 410];

/** Reads the verdict that a webhook announced without carrying it. The verdict enters the inbox as an event. */
@Injectable()
export class LookupWorker implements OnApplicationBootstrap {
  private readonly logger = new Logger(LookupWorker.name);

  constructor(
    private readonly jobs: JobQueue,
    private readonly providers: ProviderJobService,
    private readonly inbox: InboxService,
    private readonly metrics: Metrics,
    private readonly clock: Clock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.jobs.work('provider-lookup', (job) => this.lookUp(job));
  }

  private async lookUp({ id: jobId, payload, signal }: Job<'provider-lookup'>): Promise<void> {
    const { provider: name, lookup } = payload;
    const timeout = AbortSignal.timeout(PROVIDER_TIMEOUT_MS);
    try {
      const event = await this.providers.run(name, 'lookup', (provider) =>
        provider.readLookup(lookup, AbortSignal.any([signal, timeout])),
      );
      if (event !== null) await this.inbox.acceptEvent(inboxEvent(event, 'poll', this.clock.now()));
      this.metrics.lookedUp(name, event === null ? 'no_verdict' : 'verdict');
    } catch (error) {
      if (!(error instanceof ProviderRefusedError) || !NOT_FOUND.includes(error.status)) throw error;
      // The account at the provider serves other systems too, or the provider has deleted the object.
      this.logger.log({ event: 'kyc.lookup_not_found', provider: name, jobId });
      this.metrics.lookedUp(name, 'not_found');
    }
  }
}
