import type { DataSource } from 'typeorm';
import { installJobs, JOBS_SCHEMA } from '../jobs/boss.ts';

/** Any number that nobody else on the same server locks: the letters of "kyc". */
const MIGRATION_LOCK = 0x6b7963;

/** Brings the schema up to date. Replicas that start together wait for each other under an advisory lock. */
export async function migrateUp(dataSource: DataSource, databaseUrl: string): Promise<string[]> {
  return underLock(dataSource, async () => {
    const applied = await dataSource.runMigrations();
    await installJobs(databaseUrl);
    return applied.map((migration) => migration.name);
  });
}

/** Undoes the latest migration, or all of them; with the last one the job tables and the list go too. */
export async function migrateDown(dataSource: DataSource, options: { all: boolean }): Promise<number> {
  return underLock(dataSource, async () => {
    let undone = 0;
    while ((await appliedCount(dataSource)) > 0) {
      await dataSource.undoLastMigration();
      undone += 1;
      if (!options.all) break;
    }
    if ((await appliedCount(dataSource)) === 0) {
      await dataSource.query(`DROP SCHEMA IF EXISTS ${JOBS_SCHEMA} CASCADE`);
      await dataSource.query(`DROP TABLE IF EXISTS kyc_migrations`);
    }
    return undone;
  });
}

async function appliedCount(dataSource: DataSource): Promise<number> {
  const [table] = (await dataSource.query(
    `SELECT to_regclass('kyc_migrations') IS NOT NULL AS "exists"`,
  )) as [{ exists: boolean }];
  if (!table.exists) return 0;
  const [row] = (await dataSource.query(`SELECT count(*)::int AS count FROM kyc_migrations`)) as [
    { count: number },
  ];
  return row.count;
}

/** The lock belongs to one connection, so it is released whatever way that connection ends. */
async function underLock<T>(dataSource: DataSource, work: () => Promise<T>): Promise<T> {
  const holder = dataSource.createQueryRunner();
  try {
    await holder.query(`SELECT pg_advisory_lock($1)`, [MIGRATION_LOCK]);
    try {
      return await work();
    } finally {
      await holder.query(`SELECT pg_advisory_unlock($1)`, [MIGRATION_LOCK]);
    }
  } finally {
    await holder.release();
  }
}
