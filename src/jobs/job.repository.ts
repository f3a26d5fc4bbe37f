import type { JobWithMetadata, PgBoss } from 'pg-boss';
import type { EntityManager } from 'typeorm';
import { JOBS_SCHEMA } from './boss.ts';
import { type JobPayloads, type QueueName, QUEUES } from './queues.ts';

export interface QueueCounts {
  queue: QueueName;
  /** Jobs that no worker has tried yet. */
  waiting: number;
  retrying: number;
  running: number;
  parked: number;
}

/** A job that used up its retries. It stays parked until an operator moves it back. */
export interface ParkedJob {
  id: string;
  /** The queue in which the job failed. Moving the job back returns it to this queue. */
  queue: QueueName;
  /** The log names the job by this id, which the job had in its queue. */
  jobId: string | null;
  payload: JobPayloads[QueueName];
  madeAt: Date;
  parkedAt: Date;
  /** Counts from the creation of the job, or from the last time an operator moved it back. */
  tries: number;
  reason: string | null;
}

/** The dead-letter queues, which hold parked jobs, have no worker and are not listed. */
export const WORKED_QUEUES: readonly QueueName[] = workedQueues();

export class JobRepository {
  constructor(private readonly boss: PgBoss) {}

  async insert<Name extends QueueName>(
    manager: EntityManager,
    queue: Name,
    payloads: readonly JobPayloads[Name][],
    traceparent?: string,
  ): Promise<void> {
    const db = {
      executeSql: async (text: string, values?: unknown[]) => {
        const rows = (await manager.query(text, values)) as unknown[];
        return { rows };
      },
    };
    await this.boss.insert(
      queue,
      payloads.map((data) => ({ data: traceparent === undefined ? data : { ...data, traceparent } })),
      { db },
    );
  }

  /**
   * Returns the payloads that equal the payload of no waiting job. A job that is retried counts as gone, because its next
   * try can be hours away.
   */
  async findNotWaiting<Name extends QueueName>(
    manager: EntityManager,
    queue: Name,
    payloads: readonly JobPayloads[Name][],
  ): Promise<JobPayloads[Name][]> {
    const found = (await manager.query(
      `SELECT wanted AS payload FROM jsonb_array_elements($2::jsonb) WITH ORDINALITY AS w (wanted, position)
       WHERE NOT EXISTS (
         SELECT FROM ${JOBS_SCHEMA}.job
         WHERE name = $1 AND state = 'created' AND data - 'traceparent' = wanted)
       GROUP BY wanted ORDER BY min(position)`,
      [queue, JSON.stringify(payloads)],
    )) as { payload: JobPayloads[Name] }[];
    return found.map(({ payload }) => payload);
  }

  /**
   * Replaces the running job by a copy that starts after the delay. The copy has a new id, so that a worker which still
   * settles the running job cannot settle the copy.
   */
  async postpone(
    queue: QueueName,
    { id, retryCount }: Pick<JobWithMetadata, 'id' | 'retryCount'>,
    delayMs: number,
  ): Promise<void> {
    const copied = `name, data, priority, retry_limit, retry_count, retry_delay, retry_backoff, retry_delay_max,
      expire_seconds, deletion_seconds, created_on, keep_until, dead_letter, policy, heartbeat_seconds`;
    await this.boss.getDb().executeSql(
      `WITH postponed AS (
         DELETE FROM ${JOBS_SCHEMA}.job
         WHERE name = $1 AND id = $2::uuid AND state = 'active' AND retry_count = $3::int RETURNING *
       )
       INSERT INTO ${JOBS_SCHEMA}.job (${copied}, start_after)
       SELECT ${copied}, now() + $4::float8 * interval '1 ms' FROM postponed`,
      [queue, id, retryCount, delayMs],
    );
  }

  async counts(): Promise<QueueCounts[]> {
    // pg-boss's own counts are up to a minute old and do not separate retries from first tries.
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

  /** Lists the oldest job first. */
  async listParked(only?: QueueName): Promise<ParkedJob[]> {
    const parked: ParkedJob[] = [];
    for (const queue of WORKED_QUEUES) {
      const deadLetter = QUEUES[queue]?.deadLetter;
      if (deadLetter === undefined || (only !== undefined && only !== queue)) continue;
      const found = await this.boss.findJobs<JobPayloads[QueueName]>(deadLetter, { queued: true });
      parked.push(...found.map((job) => toParkedJob(queue, job)));
    }
    return parked.sort((one, other) => one.parkedAt.getTime() - other.parkedAt.getTime());
  }

  /**
   * Uses one transaction per queue and restores all retries. Skips jobs that are no longer parked.
   * @returns the number of jobs that were moved
   */
  async moveBack(jobs: readonly Pick<ParkedJob, 'id' | 'queue'>[]): Promise<number> {
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

function toParkedJob(queue: QueueName, job: JobWithMetadata<JobPayloads[QueueName]>): ParkedJob {
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
  const deadLetters = Object.values(QUEUES).map((options) => options.deadLetter);
  return (Object.keys(QUEUES) as QueueName[]).filter((name) => !deadLetters.includes(name));
}
