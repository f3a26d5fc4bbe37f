import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { circuitBreaker, ConsecutiveBreaker, handleWhen, isBrokenCircuitError } from 'cockatiel';
import { JobQueue, PostponedJobError } from '../jobs/job-queue.ts';
import { Metrics } from '../metrics/metrics.ts';
import { isServerDown } from './mail-failure.ts';

const FAILURES_IN_A_ROW = 5;
const PAUSE_MS = 10_000;
/** A trial before the pause is over would not reach the server. */
const TRIAL_AFTER_MS = PAUSE_MS + 50;

/**
 * Pauses the queue of mails while the mail server accepts none, so that its retries do not cost the webhooks time. After
 * each pause the queue tries a single mail. Each replica pauses alone.
 */
@Injectable()
export class MailCircuit implements OnApplicationShutdown {
  private readonly logger = new Logger(MailCircuit.name);
  private readonly breaker = circuitBreaker(handleWhen(isServerDown), {
    halfOpenAfter: PAUSE_MS,
    breaker: new ConsecutiveBreaker(FAILURES_IN_A_ROW),
  });
  private pausedAt: number | null = null;
  private trial: NodeJS.Timeout | undefined;

  constructor(
    private readonly jobs: JobQueue,
    private readonly metrics: Metrics,
  ) {
    metrics.mailPaused(false);
    this.breaker.onBreak(() => this.pause());
    this.breaker.onReset(() => this.resume());
  }

  /**
   * Rejects with the error of `send`.
   * @throws PostponedJobError if the mail server is not called at the moment
   */
  async run(send: () => Promise<void>): Promise<void> {
    try {
      await this.breaker.execute(send);
    } catch (error) {
      if (!isBrokenCircuitError(error)) throw error;
      throw new PostponedJobError(PAUSE_MS, 'the mail server is not called after too many failures in a row');
    }
  }

  onApplicationShutdown(): void {
    clearTimeout(this.trial);
  }

  private pause(): void {
    this.jobs.pause('notification');
    this.trial = setTimeout(() => void this.jobs.resume('notification', 'one job'), TRIAL_AFTER_MS).unref();
    if (this.pausedAt !== null) return;
    this.pausedAt = performance.now();
    this.metrics.mailPaused(true);
    this.logger.warn({ event: 'mail.paused' });
  }

  private resume(): void {
    clearTimeout(this.trial);
    this.jobs.pause('notification');
    void this.jobs.resume('notification', 'all jobs');
    const seconds = Math.round((performance.now() - (this.pausedAt ?? performance.now())) / 1_000);
    this.pausedAt = null;
    this.metrics.mailPaused(false);
    this.logger.log({ event: 'mail.resumed', seconds });
  }
}
