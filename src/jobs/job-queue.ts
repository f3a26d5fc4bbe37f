import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import type { JobResult, JobWithMetadata, PgBoss } from 'pg-boss';
import type { EntityManager } from 'typeorm';
import { Metrics } from '../metrics/metrics.ts';
import type { Sample } from '../metrics/scraped-gauge.ts';
import type { Span } from '../tracing/span.ts';
import { parseTraceparent } from '../tracing/trace-context.ts';
import { errorType, Tracing } from '../tracing/tracing.ts';
import { JobRepository, type QueueCounts } from './job.repository.ts';
import { FETCH_SIZES, type JobPayloads, type QueueName } from './queues.ts';

/**
 * How many fetches of a queue one replica works on at the same time. After a full fetch, pg-boss fetches again at once.
 * A fetch size of one is never full, so each job of a backlog would wait for the next poll.
 */
const PARALLEL_FETCHES = 2;
/** PostgreSQL announces new jobs. It does not announce that a retry is due, so polls find retries. */
const POLL_SECONDS = 5;
/**
 * At a shutdown, running jobs first get this time to finish. Then the queue gets the second time to take back
 * unfinished jobs.
 */
const FINISH_TIMEOUT_MS = 7_000;
const STOP_TIMEOUT_MS = 1_000;

/** How many jobs of a queue one replica works on at the same time. */
export type Fetches = 'all jobs' | 'one job';

export interface Job<Name extends QueueName> {
  /** Stays the same over retries. A postponed job, and a parked job that is moved back, gets a new id. */
  id: string;
  payload: JobPayloads[Name];
  signal: AbortSignal;
}

/**
 * A handler throws this if a retry cannot help. The queue parks the job at once, but retries after every other error.
 */
export class FinalJobError extends Error {
  override readonly name = 'FinalJobError';
}

/** A handler throws this if it must not run yet. The job runs again after the delay and loses none of its retries. */
export class PostponedJobError extends Error {
  override readonly name = 'PostponedJobError';

  constructor(
    readonly delayMs: number,
    message: string,
  ) {
    super(message);
  }
}

function samplesOf({ queue, waiting, retrying, running, parked }: QueueCounts): Sample[] {
  return Object.entries({ waiting, retrying, running, parked }).map(([state, value]) => ({
    labels: { queue, state },
    value,
  }));
}

function agesOf({ queue, oldestWaitingSeconds, oldestRetryingSeconds }: QueueCounts): Sample[] {
  return [
    { labels: { queue, state: 'waiting' }, value: oldestWaitingSeconds },
    { labels: { queue, state: 'retrying' }, value: oldestRetryingSeconds },
  ];
}

@Injectable()
export class JobQueue implements OnModuleDestroy, OnApplicationShutdown {
  private readonly logger = new Logger(JobQueue.name);
  /** Start the workers of a queue. */
  private readonly starts = new Map<QueueName, (fetches: Fetches) => Promise<unknown>>();
  private isStopping = false;
  private readonly repository: JobRepository;

  constructor(
    private readonly boss: PgBoss,
    private readonly metrics: Metrics,
    private readonly tracing: Tracing,
    private readonly worksQueues: boolean,
  ) {
    this.repository = new JobRepository(boss);
    metrics.addGauge({
      name: 'kyc_jobs',
      help: 'Jobs by queue and state',
      labelNames: ['queue', 'state'],
      read: async () => (await this.repository.counts()).flatMap(samplesOf),
    });
    metrics.addGauge({
      name: 'kyc_oldest_job_seconds',
      help: 'Age of the oldest job by queue and state',
      labelNames: ['queue', 'state'],
      read: async () => (await this.repository.counts()).flatMap(agesOf),
    });
  }

  /** The jobs exist only if the manager's transaction commits. */
  async add<Name extends QueueName>(
    manager: EntityManager,
    queue: Name,
    payloads: readonly JobPayloads[Name][],
  ): Promise<void> {
    if (payloads.length === 0) return;
    await this.repository.insert(manager, queue, payloads, this.tracing.traceparent());
  }

  /** Like `add`, but skips a payload that equals the payload of a job which no worker has tried yet. */
  async addUnlessWaiting<Name extends QueueName>(
    manager: EntityManager,
    queue: Name,
    payloads: readonly JobPayloads[Name][],
  ): Promise<void> {
    if (payloads.length === 0) return;
    await this.add(manager, queue, await this.repository.findNotWaiting(manager, queue, payloads));
  }

  /**
   * Runs the handler until shutdown. If the handler throws, the queue retries the job and finally parks it. If the
   * handler throws a FinalJobError, the queue parks the job at once. If the handler throws a PostponedJobError, the job
   * runs again later.
   */
  async work<Name extends QueueName>(queue: Name, handle: (job: Job<Name>) => Promise<void>): Promise<void> {
    if (!this.worksQueues) return;
    const start = (fetches: Fetches) => {
      const isTrial = fetches === 'one job';
      const options = {
        includeMetadata: true,
        perJobResults: true,
        batchSize: isTrial ? 1 : FETCH_SIZES[queue],
        burstWhenBatchFull: true,
        localConcurrency: isTrial ? 1 : PARALLEL_FETCHES,
        notifyPollingIntervalSeconds: POLL_SECONDS,
      } as const;
      return this.boss.work<JobPayloads[Name], JobResult[], typeof options>(queue, options, (jobs) =>
        Promise.all(jobs.map((job) => this.runInSpan(queue, job, handle))),
      );
    };
    this.starts.set(queue, start);
    await start('all jobs');
  }

  /** Fetches no more jobs of the queue on this replica. The jobs that are fetched already go on. */
  pause(queue: QueueName): void {
    if (!this.isStopping) void this.boss.offWork(queue, { wait: false });
  }

  /** Fetches jobs of a paused queue again: as before the pause, or one at a time. */
  async resume(queue: QueueName, fetches: Fetches): Promise<void> {
    if (!this.isStopping) await this.starts.get(queue)?.(fetches);
  }

  /** Each try of a job has its own span, in the trace that added the job. */
  private runInSpan<Name extends QueueName>(
    queue: Name,
    job: JobWithMetadata<JobPayloads[Name]>,
    handle: (job: Job<Name>) => Promise<void>,
  ): Promise<JobResult> {
    const options = {
      kind: 'consumer',
      attributes: {
        'messaging.system': 'pg-boss',
        'messaging.operation.name': 'process',
        'messaging.destination.name': queue,
        'kyc.job.attempt': job.retryCount + 1,
      },
      parent: parseTraceparent((job.data as { traceparent?: unknown } | null)?.traceparent),
    } as const;
    return this.tracing.run(`process ${queue}`, options, (span) => this.run(queue, job, handle, span));
  }

  private async run<Name extends QueueName>(
    queue: Name,
    job: JobWithMetadata<JobPayloads[Name]>,
    handle: (job: Job<Name>) => Promise<void>,
    span: Span | undefined,
  ): Promise<JobResult> {
    if (job.retryCount === 0) this.metrics.jobStarted(queue, Date.now() - job.startAfter.getTime());
    try {
      await handle({ id: job.id, payload: job.data, signal: job.signal });
    } catch (error) {
      if (error instanceof PostponedJobError && (await this.postpone(queue, job, error))) {
        span?.setAttributes({ 'kyc.job.result': 'postponed' });
        return { id: job.id, status: 'completed' };
      }
      const reason = error instanceof Error ? error.message : 'not an error';
      const isFinal = error instanceof FinalJobError;
      const isParked = (isFinal || job.retryCount >= job.retryLimit) && job.deadLetter !== null;
      if (isParked) this.metrics.jobParked(queue);
      span?.setAttributes({ 'kyc.job.result': isParked ? 'parked' : 'failed' });
      span?.fail(errorType(error));
      const event = isParked ? 'job.parked' : 'job.failed';
      this.logger.warn({ event, queue, jobId: job.id, attempt: job.retryCount + 1, reason });
      // `message` is the field in which pg-boss stores its own reasons.
      return { id: job.id, status: isFinal ? 'deadletter' : 'failed', output: { message: reason } };
    }
    // Completes each job alone instead of the whole fetch at its end, so that a killed worker resends at most the mail
    // it was sending. If this call fails, pg-boss completes the job at the end of the fetch.
    await this.boss.complete(queue, job).catch(() => undefined);
    return { id: job.id, status: 'completed' };
  }

  /** Returns false if PostgreSQL did not answer. The job then fails, and its retry is postponed again if need be. */
  private async postpone<Name extends QueueName>(
    queue: Name,
    job: JobWithMetadata<JobPayloads[Name]>,
    { delayMs }: PostponedJobError,
  ): Promise<boolean> {
    try {
      await this.repository.postpone(queue, job, delayMs);
    } catch {
      return false;
    }
    this.metrics.jobPostponed(queue);
    return true;
  }

  /** Running jobs finish in this hook, because their dependencies still exist. */
  async onModuleDestroy(): Promise<void> {
    this.isStopping = true;
    const queues = [...this.starts.keys()];
    const finished = Promise.all(queues.map((queue) => this.boss.offWork(queue, { wait: true })));
    await Promise.race([finished, pause(FINISH_TIMEOUT_MS, undefined, { ref: false })]);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.boss.stop({ graceful: true, timeout: STOP_TIMEOUT_MS });
  }
}
