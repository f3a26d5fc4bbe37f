import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import type { JobResult, JobWithMetadata, PgBoss } from 'pg-boss';
import type { EntityManager } from 'typeorm';
import { Metrics } from '../metrics/metrics.ts';
import { JobRepository } from './job.repository.ts';
import { FETCH_SIZES, type JobPayloads, type QueueName } from './queues.ts';

/**
 * The number of fetches of a queue that one replica works on at the same time. After a full fetch the next one follows
 * at once. A fetch size of one is never full, so each job of a backlog waits for the next poll.
 */
const PARALLEL_FETCHES = 2;
/** PostgreSQL announces new jobs. It does not announce that a retry is due, so polls find retries. */
const POLL_SECONDS = 5;
/** At shutdown: the time for running jobs to finish, then the time to return unfinished jobs to their queue. */
const FINISH_TIMEOUT_MS = 7_000;
const STOP_TIMEOUT_MS = 1_000;

export interface Job<Name extends QueueName> {
  /** Stays the same over retries. A parked job that is moved back gets a new id. */
  id: string;
  payload: JobPayloads[Name];
  signal: AbortSignal;
}

/** A handler throws this if a retry cannot help. The job is parked at once. Every other error is retried. */
export class FinalJobError extends Error {
  override readonly name = 'FinalJobError';
}

/** Enqueues jobs in the caller's transaction and runs their handlers. */
@Injectable()
export class JobQueue implements OnModuleDestroy, OnApplicationShutdown {
  private readonly logger = new Logger(JobQueue.name);
  private readonly worked: QueueName[] = [];
  private readonly repository: JobRepository;

  constructor(
    private readonly boss: PgBoss,
    private readonly metrics: Metrics,
    private readonly worksQueues: boolean,
  ) {
    this.repository = new JobRepository(boss);
  }

  /** Enqueues jobs in the manager's transaction, so that they exist only if it commits. */
  async add<Name extends QueueName>(
    manager: EntityManager,
    queue: Name,
    payloads: readonly JobPayloads[Name][],
  ): Promise<void> {
    if (payloads.length > 0) await this.repository.insert(manager, queue, payloads);
  }

  /**
   * Runs the handler for each job of the queue until shutdown. If the handler throws, the job is retried and finally
   * parked. If it throws a FinalJobError, the job is parked at once.
   */
  async work<Name extends QueueName>(queue: Name, handle: (job: Job<Name>) => Promise<void>): Promise<void> {
    if (!this.worksQueues) return;
    this.worked.push(queue);
    const options = {
      includeMetadata: true,
      perJobResults: true,
      batchSize: FETCH_SIZES[queue],
      burstWhenBatchFull: true,
      localConcurrency: PARALLEL_FETCHES,
      notifyPollingIntervalSeconds: POLL_SECONDS,
    } as const;
    await this.boss.work<JobPayloads[Name], JobResult[], typeof options>(queue, options, (jobs) =>
      Promise.all(jobs.map((job) => this.run(queue, job, handle))),
    );
  }

  private async run<Name extends QueueName>(
    queue: Name,
    job: JobWithMetadata<JobPayloads[Name]>,
    handle: (job: Job<Name>) => Promise<void>,
  ): Promise<JobResult> {
    if (job.retryCount === 0) this.metrics.jobStarted(queue, Date.now() - job.createdOn.getTime());
    try {
      await handle({ id: job.id, payload: job.data, signal: job.signal });
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'not an error';
      const isFinal = error instanceof FinalJobError;
      const isParked = (isFinal || job.retryCount >= job.retryLimit) && job.deadLetter !== null;
      if (isParked) this.metrics.jobParked(queue);
      const event = isParked ? 'job.parked' : 'job.failed';
      this.logger.warn({ event, queue, jobId: job.id, attempt: job.retryCount + 1, reason });
      // `message` is the field in which pg-boss stores its own reasons.
      return { id: job.id, status: isFinal ? 'deadletter' : 'failed', output: { message: reason } };
    }
    // Completes each job alone and not the whole fetch at its end, so that a killed worker resends at most the mail it was
    // sending. If this fails, pg-boss completes the job at the end of the fetch.
    await this.boss.complete(queue, job).catch(() => undefined);
    return { id: job.id, status: 'completed' };
  }

  /** Fetches no new job and lets running jobs finish while their dependencies still exist. */
  async onModuleDestroy(): Promise<void> {
    const finished = Promise.all(this.worked.map((queue) => this.boss.offWork(queue, { wait: true })));
    await Promise.race([finished, pause(FINISH_TIMEOUT_MS, undefined, { ref: false })]);
  }

  /** Returns jobs that did not finish in time to their queue. */
  async onApplicationShutdown(): Promise<void> {
    await this.boss.stop({ graceful: true, timeout: STOP_TIMEOUT_MS });
  }
}
