import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '../../common/clock.ts';
import { type Job, JobQueue } from '../../jobs/job-queue.ts';
import { inboxEvent } from '../inbox/inbox-event.ts';
import { InboxService } from '../inbox/inbox.service.ts';
import { ProviderService } from '../providers/provider.service.ts';

const PROVIDER_TIMEOUT_MS = 15_000;

/** Reads the verdict that a webhook announced without carrying it. The verdict enters the inbox as an event. */
@Injectable()
export class LookupWorker implements OnApplicationBootstrap {
  constructor(
    private readonly jobs: JobQueue,
    private readonly providers: ProviderService,
    private readonly inbox: InboxService,
    private readonly clock: Clock,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.jobs.work('provider-lookup', (job) => this.lookUp(job));
  }

  private async lookUp({ payload, signal }: Job<'provider-lookup'>): Promise<void> {
    const timeout = AbortSignal.timeout(PROVIDER_TIMEOUT_MS);
    const provider = this.providers.of(payload.provider);
    const event = await provider.readLookup(payload.lookup, AbortSignal.any([signal, timeout]));
    if (event !== null) await this.inbox.acceptEvent(inboxEvent(event, 'poll', this.clock.now()));
  }
}
