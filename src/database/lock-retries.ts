import { setTimeout as pause } from 'node:timers/promises';
import { type DataSource, MigrationExecutor } from 'typeorm';
import { sqlState } from '../common/database-failure.ts';
import { MIGRATION_APPLICATION, MIGRATION_LOCK_TIMEOUT_MS } from './data-source.ts';

/** A transaction that holds a lock which the migration needs. */
export interface Blocker {
  pid: number;
  application: string;
  /** As PostgreSQL reports it, such as `idle in transaction`. Null for a session that this role may not see. */
  state: string | null;
  seconds: number | null;
  isAutovacuum: boolean;
}

export interface Blocked {
  /** The number of the try that is waiting or has failed. */
  tries: number;
  blockers: Blocker[];
}

const LOCK_NOT_AVAILABLE = '55P03';
/** Longer than PostgreSQL's default for `deadlock_timeout`. */
const AUTOVACUUM_LOCK_TIMEOUT_MS = 1_500;
const POLL_MS = 100;
/** A wait that blocks no statement of the platform is reported this often. */
const REPORT_EVERY_MS = 10_000;
const LONGEST_PAUSE_MS = 10_000;
const MOST_TRIES = 60;

/**
 * A role that is not a superuser sees no `backend_type` of an autovacuum worker. It sees that the process, unlike a
 * client, has no role.
 */
const BLOCKERS = `
  SELECT DISTINCT b.pid, coalesce(a.application_name, '') AS application, a.state,
         extract(epoch FROM clock_timestamp() - a.xact_start)::int AS seconds,
         coalesce(a.backend_type = 'autovacuum worker', a.pid IS NOT NULL AND a.usesysid IS NULL) AS "isAutovacuum"
  FROM pg_stat_activity w CROSS JOIN LATERAL unnest(pg_blocking_pids(w.pid)) AS b (pid)
  LEFT JOIN pg_stat_activity a ON a.pid = b.pid
  WHERE w.application_name = $1 AND w.datname = current_database() AND w.wait_event_type = 'Lock'`;

/**
 * Runs a migration again while it cannot get a lock. Each try waits for half a second only (`lock_timeout`), because
 * every statement of the platform on that table queues behind the migration. Between two tries the platform works. A try
 * after one that an autovacuum has blocked waits longer.
 */
export async function withLockRetries<T>(
  dataSource: DataSource,
  onBlocked: (blocked: Blocked) => void,
  migrate: (executor: MigrationExecutor) => Promise<T>,
): Promise<T> {
  let blockers: Blocker[] = [];
  for (let tries = 1; ; tries += 1) {
    const end = new AbortController();
    const lockTimeout = lockTimeoutAfter(blockers);
    blockers = [];
    let reportedAt = Date.now();
    const watching = watchBlockers(dataSource, end.signal, (found) => {
      blockers = found;
      if (Date.now() - reportedAt < REPORT_EVERY_MS) return;
      reportedAt = Date.now();
      onBlocked({ tries, blockers });
    });
    try {
      return await withExecutor(dataSource, lockTimeout, migrate);
    } catch (error) {
      if (sqlState(error) !== LOCK_NOT_AVAILABLE) throw error;
      onBlocked({ tries, blockers });
      if (tries === MOST_TRIES) throw new Error(gaveUp(blockers), { cause: error });
    } finally {
      end.abort();
      await watching;
    }
    await pause(Math.min(1_000 * tries, LONGEST_PAUSE_MS));
  }
}

/**
 * PostgreSQL cancels an autovacuum that blocks another process, but only after that process has waited for
 * `deadlock_timeout`.
 */
export function lockTimeoutAfter(blockers: readonly Pick<Blocker, 'isAutovacuum'>[]): number {
  return blockers.some(({ isAutovacuum }) => isAutovacuum)
    ? AUTOVACUUM_LOCK_TIMEOUT_MS
    : MIGRATION_LOCK_TIMEOUT_MS;
}

async function withExecutor<T>(
  dataSource: DataSource,
  lockTimeout: number,
  migrate: (executor: MigrationExecutor) => Promise<T>,
): Promise<T> {
  const queryRunner = dataSource.createQueryRunner();
  try {
    await queryRunner.query(`SET lock_timeout = ${lockTimeout}`);
    const executor = new MigrationExecutor(dataSource, queryRunner);
    executor.transaction = 'each';
    return await migrate(executor);
  } finally {
    await queryRunner.release();
  }
}

/** Calls `onFound` while a migration waits for a lock. The report is no reason to fail, so failures end the watch only. */
async function watchBlockers(
  dataSource: DataSource,
  signal: AbortSignal,
  onFound: (blockers: Blocker[]) => void,
): Promise<void> {
  try {
    while (!signal.aborted) {
      const found: Blocker[] = await dataSource.query(BLOCKERS, [MIGRATION_APPLICATION]);
      if (found.length > 0) onFound(found);
      await pause(POLL_MS, undefined, { signal, ref: false });
    }
  } catch {
    return;
  }
}

export function describeBlocked({ tries, blockers }: Blocked): string {
  return `Waiting for a lock, try ${tries}. Blocked by ${describe(blockers)}.`;
}

function gaveUp(blockers: readonly Blocker[]): string {
  return (
    `no lock after ${MOST_TRIES} tries. Blocked by ${describe(blockers)}. ` +
    'End that transaction, or run the migration again later. It continues where it stopped'
  );
}

function describe(blockers: readonly Blocker[]): string {
  if (blockers.length === 0) return 'a transaction that has ended';
  return blockers
    .map(({ pid, application, state, seconds, isAutovacuum }) => {
      const details = [
        isAutovacuum ? 'autovacuum' : application,
        state,
        seconds === null ? null : `${seconds} s`,
      ];
      return `pid ${pid} (${details.filter((detail) => detail !== null && detail !== '').join(', ')})`;
    })
    .join(', ');
}
