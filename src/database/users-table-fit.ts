import type { DataSource, QueryRunner } from 'typeorm';
import { UnfitDatabaseError } from './unfit-database-error.ts';
import type { UsersTable } from './users-table.ts';

/** The platform's table or a column of it cannot hold the gateway's users. */
export class UsersTableError extends UnfitDatabaseError {}

/** The smallest part of TypeORM that a check needs. */
export type Connection = Pick<DataSource | QueryRunner, 'query'>;

export interface FoundTable {
  oid: number;
  kind: 'table' | 'partitioned table' | 'view' | 'materialized view' | 'foreign table';
  /** The quoted schema of the table. */
  schema: string;
  columns: string[];
  /** Null if no column has the configured name. */
  idType: string | null;
  isIdUnique: boolean;
  /** The columns of the primary key, empty if there is none. */
  key: string[];
  owner: string;
  isOwner: boolean;
  /** Whether the role may create a foreign key to the id. */
  mayReference: boolean;
  maySeeSchema: boolean;
  /** The quoted role of the connection. */
  role: string;
}

/** Returns null if the table does not exist. Does not read the table, so it needs no right to it. */
export async function findUsersTable(connection: Connection, users: UsersTable): Promise<FoundTable | null> {
  const { schema, name, idColumn } = users.config;
  const [found] = (await connection.query(
    `SELECT c.oid, quote_ident(n.nspname) AS schema, pg_get_userbyid(c.relowner) AS owner,
            pg_has_role(c.relowner, 'USAGE') AS "isOwner",
            coalesce(has_column_privilege(c.oid, id.attnum, 'REFERENCES'), false) AS "mayReference",
            has_schema_privilege(n.oid, 'USAGE') AS "maySeeSchema",
            quote_ident(current_user) AS role,
            CASE c.relkind WHEN 'r' THEN 'table' WHEN 'p' THEN 'partitioned table' WHEN 'v' THEN 'view'
                           WHEN 'm' THEN 'materialized view' ELSE 'foreign table' END AS kind,
            ARRAY(SELECT attname::text FROM pg_attribute
                  WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum) AS columns,
            format_type(id.atttypid, id.atttypmod) AS "idType",
            -- A foreign key accepts no other index than these.
            EXISTS (SELECT FROM pg_index i
                    WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL
                      AND i.indnkeyatts = 1 AND i.indkey[0] = id.attnum) AS "isIdUnique",
            ARRAY(SELECT a.attname::text FROM pg_index i JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
                  WHERE i.indrelid = c.oid AND i.indisprimary ORDER BY array_position(i.indkey::int2[], a.attnum)) AS key
     FROM pg_class c
     JOIN pg_namespace n ON n.oid = c.relnamespace
     LEFT JOIN pg_attribute id ON id.attrelid = c.oid AND id.attname = $3 AND id.attnum > 0 AND NOT id.attisdropped
     WHERE c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
       AND n.nspname = ANY (CASE WHEN $1::text IS NULL THEN current_schemas(false) ELSE ARRAY[$1::name] END)
     ORDER BY array_position(current_schemas(false), n.nspname) LIMIT 1`,
    [schema, name, idColumn],
  )) as (FoundTable | undefined)[];
  return found ?? null;
}

/** @throws UsersTableError if the table does not exist */
export async function requireUsersTable(connection: Connection, users: UsersTable): Promise<FoundTable> {
  const found = await findUsersTable(connection, users);
  if (found !== null) return found;
  const similar = await findSimilarTables(connection);
  throw new UsersTableError(
    `The table ${users.label} does not exist. ` +
      (similar.length === 0 ? '' : `Tables with a similar name: ${similar.join(', ')}. `) +
      "Set USERS_TABLE to the table with your platform's users. " +
      'If there is none, USERS_TABLE_CREATE=true lets the migration create it.',
  );
}

/** Rejects a table to which kyc_sessions cannot refer. */
export function requireKeyAndColumns(users: UsersTable, found: FoundTable): void {
  const { label } = users;
  const { idColumn, emailColumn } = users.config;
  if (!found.maySeeSchema) {
    throw new UsersTableError(
      `The role ${found.role} may not use the schema of ${label}. ` +
        `Run: GRANT USAGE ON SCHEMA ${found.schema} TO ${found.role}.`,
    );
  }
  if (found.kind !== 'table' && found.kind !== 'partitioned table') {
    throw new UsersTableError(
      `${label} is a ${found.kind}, and the gateway needs a table. Set USERS_TABLE to the table behind it.`,
    );
  }
  const missing = [idColumn, emailColumn].filter((name) => !found.columns.includes(name));
  if (missing.length > 0) {
    throw new UsersTableError(
      `The table ${label} has no column ${missing.join(' and no column ')}. ` +
        'The gateway needs the id that the token names and the address for mail. ' +
        `Set USERS_ID_COLUMN and USERS_EMAIL_COLUMN. The columns are ${found.columns.join(', ')}.`,
    );
  }
  if (!found.isIdUnique) {
    const key =
      found.key.length === 0 ? 'has no primary key' : `has the primary key (${found.key.join(', ')})`;
    throw new UsersTableError(
      `The column ${idColumn} of the table ${label} must be unique by itself, and the table ${key}. ` +
        `Set USERS_ID_COLUMN to a unique column, or add a constraint UNIQUE (${idColumn}).`,
    );
  }
}

export interface RequiredColumns {
  names: string[];
  /** A trigger before each insert, which can fill the columns. */
  hasTrigger: boolean;
}

/** Returns the columns that reject a row of id and email only, for USERS_FROM_TOKEN. */
export async function findOtherRequiredColumns(
  connection: Connection,
  users: UsersTable,
  { oid }: FoundTable,
): Promise<RequiredColumns> {
  const { idColumn, emailColumn } = users.config;
  const [required] = (await connection.query(
    `SELECT ARRAY(SELECT attname::text FROM pg_attribute a JOIN pg_type t ON t.oid = atttypid
                  WHERE attrelid = $1 AND attnum > 0 AND NOT attisdropped AND attname <> ALL ($2)
                    AND (attnotnull OR typnotnull) AND NOT atthasdef AND attidentity = '' AND typdefault IS NULL
                  ORDER BY attnum) AS names,
            -- Bits of tgtype: 1 for each row, 2 before, 4 on insert.
            EXISTS (SELECT FROM pg_trigger WHERE tgrelid = $1 AND tgtype & 7 = 7 AND tgenabled <> 'D') AS "hasTrigger"`,
    [oid, [idColumn, emailColumn]],
  )) as [RequiredColumns];
  return required;
}

/** For a migration that changes the platform's table. */
export function requireOwner({ label }: UsersTable, { isOwner, owner, role }: FoundTable): void {
  if (isOwner) return;
  throw new UsersTableError(
    `The migration changes the table ${label}, which belongs to the role ${owner}, and the role ${role} may not change ` +
      'it. Run the migrations as the owner of the table (docs/operations.md, "Two roles").',
  );
}

export function requireReferences({ label, id }: UsersTable, { mayReference, role }: FoundTable): void {
  if (mayReference) return;
  throw new UsersTableError(
    `The role ${role} may not refer to the table ${label}. Run: GRANT REFERENCES (${id}) ON ${label} TO ${role}.`,
  );
}

async function findSimilarTables(connection: Connection): Promise<string[]> {
  const rows = (await connection.query(
    `SELECT CASE WHEN n.nspname = 'public' THEN '' ELSE quote_ident(n.nspname) || '.' END || quote_ident(c.relname) AS name
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema')
       AND n.nspname !~ '^pg_(toast|temp)' AND c.relname ~* '(user|account|customer|member|profile)'
     ORDER BY c.relname !~* '^users?$', n.nspname, c.relname LIMIT 8`,
  )) as { name: string }[];
  return rows.map((row) => row.name);
}
