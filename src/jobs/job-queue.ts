import { Injectable, Logger, type OnApplicationShutdown, type OnModuleDestroy } from '@nestjs/common';
import type { JobWithMetadata, PgBoss } from 'pg-boss';
import type { EntityManager } from 'typeorm';
import { Metrics } from '../metrics/metrics.js';
import type { JobPayloads, QueueName } from './queues.js';

/** How many jobs of a queue one replica works on at the same time. */
const CONCURRENCY = 4;
const STOP_TIMEOUT_MS = 8_000;

/** One job as its handler sees it. */
export interface Job<Name extends QueueName> {
  /** Stable over retries. */
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

  /** Works the queue until shutdown. A handler that throws has its job retried later, and parked in the end. */
  async work<Name extends QueueName>(queue: Name, handle: (job: Job<Name>) => Promise<void>): Promise<void> {
    this.worked.push(queue);
    const options = { includeMetadata: true, batchSize: 1, localConcurrency: CONCURRENCY } as const;
    await this.boss.work<JobPayloads[Name], void, typeof options>(queue, options, async (jobs) => {
      for (const job of jobs) await this.run(queue, job, handle);
    });
  }

  private async run<Name extends QueueName>(
    queue: Name,
    job: JobWithMetadata<JobPayloads[Name]>,
    handle: (job: Job<Name>) => Promise<void>,
  ): Promise<void> {
    if (job.retryCount === 0) this.metrics.jobStarted(queue, Date.now() - job.createdOn.getTime());
    try {
      await handle({ id: job.id, payload: job.data, signal: job.signal });
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'not an error';
      this.logger.warn({ event: 'job.failed', queue, jobId: job.id, attempt: job.retryCount + 1, reason });
      throw error;
    }
  }

  /** Takes no new job and lets the running ones finish, while everything they need is still there. */
  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.worked.map((queue) => this.boss.offWork(queue, { wait: true })));
  }

  async onApplicationShutdown(): Promise<void> {
    await this.boss.stop({ graceful: true, timeout: STOP_TIMEOUT_MS });
  }
}
