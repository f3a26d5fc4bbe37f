import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import type { JobResult, JobWithMetadata, PgBoss } from 'pg-boss';
import type { EntityManager } from 'typeorm';
import { Metrics } from '../metrics/metrics.ts';
import { FinalJobError } from './final-job-error.ts';
import { type JobPayloads, JOBS_A_FETCH, type QueueName } from './queues.ts';

/**
 * How many fetches of a queue one replica works on at the same time. A full one is followed by the next at once; were
 * they of one job each, there would be no such thing as a full one, and a backlog would wait for polls.
 */
const FETCHES = 2;
/** New jobs announce themselves; a retry that has come due does not, and is found at the next poll. */
const POLL_SECONDS = 5;
/** At shutdown: for running jobs to finish, then for what is left to be given back. */
const FINISH_TIMEOUT_MS = 7_000;
const STOP_TIMEOUT_MS = 1_000;

/** One job as its handler sees it. */
export interface Job<Name extends QueueName> {
  /** Stable over retries; a parked job that is moved back gets another. */
  id: string;
  payload: JobPayloads[Name];
  signal: AbortSignal;
}

/** pg-boss, in the gateway's words: jobs join the caller's transaction, and come back one at a time. */
@Injectable()
export class JobQueue implements OnModuleDestroy, OnApplicationShutdown {
  private readonly logger = new Logger(JobQueue.name);
  private readonly worked: QueueName[] = [];

  constructor(
    private readonly boss: PgBoss,
    private readonly metrics: Metrics,
    private readonly worksQueues: boolean,
  ) {}

  /** Adds jobs in the manager's transaction: they stand or fall with it. */
  async add<Name extends QueueName>(
    manager: EntityManager,
    queue: Name,
    payloads: readonly JobPayloads[Name][],
  ): Promise<void> {
    if (payloads.length === 0) return;
    const db = {
      executeSql: async (text: string, values?: unknown[]) => {
        const rows = (await manager.query(text, values)) as unknown[];
        return { rows };
      },
    };
    await this.boss.insert(
      queue,
      payloads.map((data) => ({ data })),
      { db },
    );
  }

  /**
   * Works the queue until shutdown. A handler that throws has its job retried later, and parked in the end; one that
   * throws a FinalJobError has it parked at once.
   */
  async work<Name extends QueueName>(queue: Name, handle: (job: Job<Name>) => Promise<void>): Promise<void> {
    if (!this.worksQueues) return;
    this.worked.push(queue);
    const options = {
      includeMetadata: true,
      perJobResults: true,
      batchSize: JOBS_A_FETCH[queue],
      burstWhenBatchFull: true,
      localConcurrency: FETCHES,
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
      // Under the name that pg-boss gives to its own reasons.
      return { id: job.id, status: isFinal ? 'deadletter' : 'failed', output: { message: reason } };
    }
    // At once and not with the rest of its fetch, so that whoever is killed repeats no mail but the one in his hands.
    // Should it fail, the fetch's end tries again.
    await this.boss.complete(queue, job).catch(() => undefined);
    return { id: job.id, status: 'completed' };
  }

  /**
   * Takes no new job and lets the running ones finish, while everything they need is still there. Those that take
   * too long are given back.
   */
  async onModuleDestroy(): Promise<void> {
    const finished = Promise.all(this.worked.map((queue) => this.boss.offWork(queue, { wait: true })));
    await Promise.race([finished, pause(FINISH_TIMEOUT_MS, undefined, { ref: false })]);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.boss.stop({ graceful: true, timeout: STOP_TIMEOUT_MS });
  }
}
