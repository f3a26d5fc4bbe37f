import type { DataSource, QueryRunner } from 'typeorm';
import { type FoundTable, UsersTableError } from './users-table-fit.ts';
import type { UsersTable } from './users-table.ts';

/** SQL for a row of pg_attribute: the widest type to which a foreign key lets the column change. */
export const WIDE_TYPE = `CASE
  WHEN atttypid IN ('smallint'::regtype, 'integer'::regtype, 'bigint'::regtype) THEN 'bigint'
  WHEN atttypid IN ('varchar'::regtype, 'text'::regtype) THEN 'text'
  WHEN atttypid IN ('numeric'::regtype, 'bpchar'::regtype) THEN format_type(atttypid, NULL)
  ELSE format_type(atttypid, atttypmod) END`;

/** The platform's column, as the foreign key of kyc_sessions knows it. */
interface Reference {
  isFound: boolean;
  isTable: boolean;
  table: string;
  column: string;
}

interface UserIdColumn {
  name: string;
  type: string;
  wideType: string;
}

/** Rejects a configuration that names another table or column than the migrations ran for, and columns that are too narrow. */
export async function requireMigratedFor(
  connection: Pick<DataSource | QueryRunner, 'query'>,
  users: UsersTable,
  found: FoundTable,
): Promise<void> {
  await requireReferenceTo(connection, users, found);
  await requireWideColumns(connection, users, found);
}

/** Rejects a configuration that names another column than the one to which kyc_sessions refers. */
export async function requireReferenceTo(
  connection: Pick<DataSource | QueryRunner, 'query'>,
  users: UsersTable,
  found: FoundTable,
): Promise<void> {
  const { idColumn } = users.config;
  const [reference] = (await connection.query(
    `SELECT c.oid IS NOT NULL AS "isFound", c.confrelid = $1::oid AS "isTable", c.confrelid::regclass::text AS table,
            a.attname AS column
     FROM (SELECT) AS one
     LEFT JOIN pg_constraint c ON c.conrelid = to_regclass('kyc_sessions') AND c.conname = 'kyc_sessions_user_fkey'
     LEFT JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = c.confkey[1]`,
    [found.oid],
  )) as [Reference];
  if (!reference.isFound) {
    throw new UsersTableError(
      `The table kyc_sessions has lost its foreign key to ${users.label}. Run: ALTER TABLE kyc_sessions ADD ` +
        `CONSTRAINT kyc_sessions_user_fkey FOREIGN KEY (user_id) REFERENCES ${users.sql} (${users.id}) ON DELETE CASCADE.`,
    );
  }
  if (!reference.isTable || reference.column !== idColumn) {
    throw new UsersTableError(
      `The migrations ran for the column ${reference.column} of the table ${reference.table}, and the configuration ` +
        `names ${idColumn} of ${users.label}. Restore USERS_TABLE and USERS_ID_COLUMN, or revert the migrations with ` +
        'the old values (npm run migrate -- down --all, which deletes all verifications) and apply them again.',
    );
  }
}

async function requireWideColumns(
  connection: Pick<DataSource | QueryRunner, 'query'>,
  users: UsersTable,
  found: FoundTable,
): Promise<void> {
  const columns = (await connection.query(
    `SELECT attrelid::regclass || '.' || attname AS name, format_type(atttypid, atttypmod) AS type, ${WIDE_TYPE} AS "wideType"
     FROM pg_attribute
     WHERE (attrelid = $1::oid AND attname = $2)
        OR (attrelid IN (to_regclass('kyc_sessions'), to_regclass('kyc_erasures')) AND attname = 'user_id')
     ORDER BY attrelid <> $1::oid`,
    [found.oid, users.config.idColumn],
  )) as UserIdColumn[];
  const [id, ...own] = columns;
  if (id === undefined) return;
  const narrow = own.find(({ type }) => type !== id.type && type !== id.wideType);
  if (narrow === undefined) return;
  const [table] = narrow.name.split('.user_id');
  throw new UsersTableError(
    `${id.name} is of the type ${id.type}, and ${narrow.name} is of the type ${narrow.type}, which cannot hold every ` +
      `id. Run: ALTER TABLE ${table} ALTER COLUMN user_id TYPE ${id.wideType} USING user_id::text::${id.wideType}.`,
  );
}
