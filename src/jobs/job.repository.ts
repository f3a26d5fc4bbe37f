import type { JobWithMetadata, PgBoss } from 'pg-boss';
import type { EntityManager } from 'typeorm';
import { JOBS_SCHEMA } from './boss.ts';
import { type JobPayloads, type QueueName, QUEUES } from './queues.ts';

export interface QueueCounts {
  queue: QueueName;
  /** Jobs that no worker has tried yet. */
  waiting: number;
  retrying: number;
  /** Up to a minute old. */
  running: number;
  parked: number;
  /** The age of the oldest waiting job, or 0. A postponed job keeps its age. */
  oldestWaitingSeconds: number;
  /** The age of the oldest job that is retried, or 0. */
  oldestRetryingSeconds: number;
}

interface CountedQueue {
  name: string;
  waiting: number;
  retrying: number;
  running: number;
  oldest_waiting: number;
  oldest_retrying: number;
}

const MAX_COUNTED = 10_000;

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

  /**
   * Reads no more than the oldest 10,000 jobs of a queue, because the table keeps finished jobs for days and an outage
   * leaves many waiting. The order is that of the index with which workers fetch.
   */
  async counts(): Promise<QueueCounts[]> {
    // No index finds the running jobs. pg-boss counts them once a minute.
    const { rows } = await this.boss.getDb().executeSql(
      `SELECT queue.name, queue.active_count AS running, unfinished.*
       FROM ${JOBS_SCHEMA}.queue CROSS JOIN LATERAL (
         SELECT count(*) FILTER (WHERE state = 'created')::int AS waiting,
                count(*) FILTER (WHERE state = 'retry')::int AS retrying,
                coalesce(extract(epoch FROM now() - min(created_on) FILTER (WHERE state = 'created')), 0)::float8
                  AS oldest_waiting,
                coalesce(extract(epoch FROM now() - min(created_on) FILTER (WHERE state = 'retry')), 0)::float8
                  AS oldest_retrying
         FROM (SELECT state, created_on FROM ${JOBS_SCHEMA}.job
               WHERE job.name = queue.name AND state < 'active' AND NOT blocked
               ORDER BY priority DESC, created_on LIMIT ${MAX_COUNTED}) AS oldest
       ) AS unfinished`,
    );
    const counted = new Map((rows as CountedQueue[]).map((row) => [row.name, row]));
    return WORKED_QUEUES.map((queue) => {
      const {
        waiting = 0,
        retrying = 0,
        running = 0,
        oldest_waiting: oldestWaitingSeconds = 0,
        oldest_retrying: oldestRetryingSeconds = 0,
      } = counted.get(queue) ?? {};
      const parked = counted.get(QUEUES[queue]?.deadLetter ?? '')?.waiting ?? 0;
      return { queue, waiting, retrying, running, parked, oldestWaitingSeconds, oldestRetryingSeconds };
    });
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
