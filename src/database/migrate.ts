import type { DataSource } from 'typeorm';

/** The number is arbitrary: the letters of "kyc". */
const MIGRATION_LOCK = 0x6b7963;

/** A library creates the tables of the job queue, in their own schema and under the migrations' lock. */
export interface JobTables {
  schema: string;
  install(): Promise<void>;
}

/** Replicas that start together wait for each other. */
export async function migrateUp(dataSource: DataSource, jobTables: JobTables): Promise<string[]> {
  return underLock(dataSource, async () => {
    const applied = await dataSource.runMigrations();
    await jobTables.install();
    return applied.map((migration) => migration.name);
  });
}

/**
 * Reverts the latest migration, or all of them. After reverting the first migration, it also drops the tables of jobs
 * and migrations.
 */
export async function migrateDown(
  dataSource: DataSource,
  jobTables: JobTables,
  options: { all: boolean },
): Promise<number> {
  return underLock(dataSource, async () => {
    let reverted = 0;
    while ((await countApplied(dataSource)) > 0) {
      await dataSource.undoLastMigration();
      reverted += 1;
      if (!options.all) break;
    }
    if ((await countApplied(dataSource)) === 0) {
      await dataSource.query(`DROP SCHEMA IF EXISTS ${jobTables.schema} CASCADE`);
      await dataSource.query(`DROP TABLE IF EXISTS kyc_migrations`);
    }
    return reverted;
  });
}

async function countApplied(dataSource: DataSource): Promise<number> {
  const [table] = (await dataSource.query(
    `SELECT to_regclass('kyc_migrations') IS NOT NULL AS "exists"`,
  )) as [{ exists: boolean }];
  if (!table.exists) return 0;
  const [row] = (await dataSource.query(`SELECT count(*)::int AS count FROM kyc_migrations`)) as [
    { count: number },
  ];
  return row.count;
}

/** The lock belongs to one connection, so PostgreSQL releases it however that connection ends. */
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
