import type { JobWithMetadata, PgBoss } from 'pg-boss';
import { JOBS_SCHEMA } from './boss.ts';
import { type JobPayloads, type QueueName, QUEUES } from './queues.ts';

/** How many jobs of a queue are where. */
export interface QueueCounts {
  queue: QueueName;
  /** Never tried yet. */
  waiting: number;
  /** Tried, failed, and to be tried again. */
  retrying: number;
  running: number;
  /** Given up, until they are moved back. */
  parked: number;
}

/** A job that was given up. */
export interface ParkedJob {
  /** Its id as long as it is parked. */
  id: string;
  /** Where it comes from, and goes back to. */
  queue: QueueName;
  /** The id under which it was worked, as in the log. */
  jobId: string | null;
  payload: JobPayloads[QueueName];
  madeAt: Date;
  parkedAt: Date;
  /** How often it was tried since it was made or last moved back. */
  tries: number;
  /** Why it failed last. */
  reason: string | null;
}

/** The queues that jobs are added to, without those that only hold what is parked. */
export const WORKED_QUEUES: readonly QueueName[] = workedQueues();

/** What could not be done, to look at and to move back. */
export class ParkedJobs {
  constructor(private readonly boss: PgBoss) {}

  async counts(): Promise<QueueCounts[]> {
    // pg-boss's own counts are up to a minute old, and do not tell the second try from the first.
    const { rows } = await this.boss.getDb().executeSql(
      `SELECT name, state::text, count(*)::int AS count FROM ${JOBS_SCHEMA}.job
       WHERE state IN ('created', 'retry', 'active') GROUP BY name, state`,
    );
    const counted = rows as { name: string; state: string; count: number }[];
    const count = (name: string | undefined, state: string) =>
      counted.find((row) => row.name === name && row.state === state)?.count ?? 0;
    return WORKED_QUEUES.map((queue) => ({
      queue,
      waiting: count(queue, 'created'),
      retrying: count(queue, 'retry'),
      running: count(queue, 'active'),
      parked: count(QUEUES[queue]?.deadLetter, 'created'),
    }));
  }

  /** Those of one queue or of all, the one that was parked first before the others. */
  async list(only?: QueueName): Promise<ParkedJob[]> {
    const parked: ParkedJob[] = [];
    for (const queue of WORKED_QUEUES) {
      const deadLetter = QUEUES[queue]?.deadLetter;
      if (deadLetter === undefined || (only !== undefined && only !== queue)) continue;
      const found = await this.boss.findJobs<JobPayloads[QueueName]>(deadLetter, { queued: true });
      parked.push(...found.map((job) => parkedJob(queue, job)));
    }
    return parked.sort((one, other) => one.parkedAt.getTime() - other.parkedAt.getTime());
  }

  /**
   * Moves the jobs back to the queues they come from, with their payloads, to be tried from the beginning: those of
   * one queue in one transaction. A job that is no longer parked is left out.
   *
   * @returns how many were moved
   */
  async retry(jobs: readonly Pick<ParkedJob, 'id' | 'queue'>[]): Promise<number> {
    let moved = 0;
    for (const queue of WORKED_QUEUES) {
      const deadLetter = QUEUES[queue]?.deadLetter;
      const ids = jobs.filter((job) => job.queue === queue).map((job) => job.id);
      if (deadLetter === undefined || ids.length === 0) continue;
      moved += await this.boss.redrive(deadLetter, { ids, limit: ids.length });
    }
    return moved;
  }
}

function parkedJob(queue: QueueName, job: JobWithMetadata<JobPayloads[QueueName]>): ParkedJob {
  const reason = (job.sourceOutput as { message?: unknown } | null)?.message;
  return {
    id: job.id,
    queue,
    jobId: job.sourceId,
    payload: job.data,
    madeAt: job.sourceCreatedOn ?? job.createdOn,
    parkedAt: job.createdOn,
    tries: (job.sourceRetryCount ?? 0) + 1,
    reason: typeof reason === 'string' ? reason : null,
  };
}

function workedQueues(): QueueName[] {
  const holding = Object.values(QUEUES).map((options) => options.deadLetter);
  return (Object.keys(QUEUES) as QueueName[]).filter((name) => !holding.includes(name));
}
