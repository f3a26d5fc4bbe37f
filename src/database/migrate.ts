import { setTimeout as pause } from 'node:timers/promises';
import type { DataSource } from 'typeorm';
import { MIGRATIONS } from './data-source.ts';
import { type Blocked, withLockRetries } from './lock-retries.ts';
import { requireRightsToMigrate } from './rights.ts';
import type { Connection } from './users-table-fit.ts';

/** The number is arbitrary: the letters of "kyc". */
const MIGRATION_LOCK = 0x6b7963;
const LOCK_POLL_MS = 500;

/** A library creates the tables of the job queue, in their own schema and under the migrations' lock. */
export interface JobTables {
  schema: string;
  install(): Promise<void>;
}

/** Replicas that start together wait for each other. */
export async function migrateUp(
  dataSource: DataSource,
  jobTables: JobTables,
  onBlocked: (blocked: Blocked) => void = () => undefined,
): Promise<string[]> {
  return underLock(dataSource, async () => {
    const before = await appliedNames(dataSource);
    if (MIGRATIONS.some(({ name }) => !before.includes(name))) await requireRightsToMigrate(dataSource);
    await withLockRetries(dataSource, onBlocked, (executor) => executor.executePendingMigrations());
    await jobTables.install();
    return (await appliedNames(dataSource)).filter((name) => !before.includes(name));
  });
}

/**
 * Reverts the latest migration, or all of them. After reverting the first migration, it also drops the tables of jobs
 * and migrations.
 */
export async function migrateDown(
  dataSource: DataSource,
  jobTables: JobTables,
  options: { all: boolean; onBlocked?: (blocked: Blocked) => void },
): Promise<number> {
  const { all, onBlocked = () => undefined } = options;
  return underLock(dataSource, async () => {
    let reverted = 0;
    while ((await appliedNames(dataSource)).length > 0) {
      await withLockRetries(dataSource, onBlocked, (executor) => executor.undoLastMigration());
      reverted += 1;
      if (!all) break;
    }
    if ((await appliedNames(dataSource)).length === 0) {
      await dataSource.query(`DROP SCHEMA IF EXISTS ${jobTables.schema} CASCADE`);
      await dataSource.query(`DROP TABLE IF EXISTS kyc_migrations`);
    }
    return reverted;
  });
}

/** Creates nothing, unlike TypeORM's `showMigrations`, so a role without the right to create tables can call it. */
export async function appliedNames(dataSource: Connection): Promise<string[]> {
  const [table] = (await dataSource.query(
    `SELECT to_regclass('kyc_migrations') IS NOT NULL AS "exists"`,
  )) as [{ exists: boolean }];
  if (!table.exists) return [];
  const rows = (await dataSource.query(`SELECT name FROM kyc_migrations ORDER BY id`)) as { name: string }[];
  return rows.map((row) => row.name);
}

/**
 * The lock belongs to one connection, so PostgreSQL releases it however that connection ends. Another replica asks for it
 * again and again: a statement that waits for it would be an open transaction, and the holder would wait for that
 * transaction before it builds an index concurrently.
 */
async function underLock<T>(dataSource: DataSource, work: () => Promise<T>): Promise<T> {
  const holder = dataSource.createQueryRunner();
  try {
    for (;;) {
      const [row] = (await holder.query(`SELECT pg_try_advisory_lock($1) AS "isHeld"`, [MIGRATION_LOCK])) as [
        { isHeld: boolean },
      ];
      if (row.isHeld) break;
      await pause(LOCK_POLL_MS);
    }
    try {
      return await work();
    } finally {
      await holder.query(`SELECT pg_advisory_unlock($1)`, [MIGRATION_LOCK]);
    }
  } finally {
    await holder.release();
  }
}
