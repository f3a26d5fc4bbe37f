import type { QueryRunner } from 'typeorm';
import { UsersTableError } from '../users-table-fit.ts';

export interface OnlineIndex {
  readonly name: string;
  /** The table as SQL. */
  readonly table: string;
  /** The columns and, if any, the condition. */
  readonly definition: string;
}

/** For a migration with `transaction = false`. */
export async function inTransaction(queryRunner: QueryRunner, work: () => Promise<void>): Promise<void> {
  await queryRunner.startTransaction();
  try {
    await work();
    await queryRunner.commitTransaction();
  } catch (error) {
    await queryRunner.rollbackTransaction();
    throw error;
  }
}

/**
 * Builds an index, unless it exists, while the platform reads and writes the table. Waits without a limit for older
 * transactions, because nothing queues behind this wait. Needs a migration with `transaction = false`.
 */
export async function createIndexOnline(
  queryRunner: QueryRunner,
  { name, table, definition }: OnlineIndex,
): Promise<void> {
  const found = await findIndex(queryRunner, table, name);
  if (found.isValid) return;
  if (found.index !== null && found.isPartitioned) {
    throw new UsersTableError(
      `The index ${found.index} of a partitioned table is not valid, because a partition lacks its part. ` +
        'Build the index on each partition with CREATE INDEX CONCURRENTLY, and run for each of them: ' +
        `ALTER INDEX ${found.index} ATTACH PARTITION, with the name of the index of the partition.`,
    );
  }
  if (found.index !== null) await withoutLockTimeout(queryRunner, `DROP INDEX CONCURRENTLY ${found.index}`);
  // PostgreSQL cannot build the index of a partitioned table concurrently.
  if (found.isPartitioned) await queryRunner.query(`CREATE INDEX ${name} ON ${table} ${definition}`);
  else await withoutLockTimeout(queryRunner, `CREATE INDEX CONCURRENTLY ${name} ON ${table} ${definition}`);
}

export interface FoundIndex {
  /** The qualified name, or null if the table has no index of this name. */
  index: string | null;
  comment: string | null;
  /** False also if an earlier build of the index failed. */
  isValid: boolean;
  isPartitioned: boolean;
}

export async function findIndex(queryRunner: QueryRunner, table: string, name: string): Promise<FoundIndex> {
  const [found] = (await queryRunner.query(
    `SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) AS index,
            obj_description(c.oid, 'pg_class') AS comment, coalesce(i.indisvalid, false) AS "isValid",
            t.relkind = 'p' AS "isPartitioned"
     FROM pg_class t JOIN pg_namespace n ON n.oid = t.relnamespace
     LEFT JOIN (pg_index i JOIN pg_class c ON c.oid = i.indexrelid) ON i.indrelid = t.oid AND c.relname = $2
     WHERE t.oid = $1::regclass`,
    [table, name],
  )) as [FoundIndex];
  return found;
}

/** RESET would restore the server's default instead of the limit of this connection. */
async function withoutLockTimeout(queryRunner: QueryRunner, statement: string): Promise<void> {
  const [limit] = (await queryRunner.query(`SELECT current_setting('lock_timeout') AS value`)) as [
    { value: string },
  ];
  await queryRunner.query('SET lock_timeout = 0');
  try {
    await queryRunner.query(statement);
  } finally {
    await queryRunner.query(`SELECT set_config('lock_timeout', $1, false)`, [limit.value]);
  }
}
