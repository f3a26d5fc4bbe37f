import { UnfitDatabaseError } from './unfit-database-error.ts';
import type { Connection, FoundTable } from './users-table-fit.ts';
import type { UsersTable } from './users-table.ts';

/** The platform's table as it is, and how the configuration lets the gateway use it. */
export interface ConfiguredUsersTable {
  users: UsersTable;
  found: FoundTable;
  /** The column of USERS_TOKEN_COLUMN. If the table has none of this name, another check says so. */
  tokenColumn: string | undefined;
  /** With USERS_FROM_TOKEN. */
  createsUsers: boolean;
}

interface Right {
  kind: 'schema' | 'table' | 'column' | 'function' | 'sequence';
  oid: number;
  column: string | null;
  privilege: string;
  /** For a message, such as `kyc_sessions`. */
  name: string;
}

const ROWS = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];
/** docs/roles.sql grants exactly these, with the reasons. A test compares the two. */
const TABLE_RIGHTS: Readonly<Record<string, readonly string[]>> = {
  kyc_sessions: ['SELECT', 'INSERT', 'UPDATE'],
  kyc_events: ['SELECT', 'INSERT'],
  kyc_late_verdicts: ['SELECT', 'INSERT'],
  kyc_erasures: ['SELECT', 'INSERT'],
  kyc_rate_limits: ROWS,
  kyc_idempotency_keys: ROWS,
  kyc_migrations: ['SELECT'],
};
const OWN_TABLES = Object.keys(TABLE_RIGHTS);

const CHANGED_IN_ERASURES = [
  'provider_session_id',
  'attempt_id',
  'redirect_url',
  'opened_at',
  'leased_until',
  'erased_at',
  'final_at',
];
const FUNCTIONS = [
  'kyc_erase_user',
  'kyc_record_recovered_session',
  'kyc_purge_sessions',
  'kyc_purge_events',
  'kyc_purge_erasures',
];
const STATUS_COLUMNS = ['kyc_status', 'kyc_provider', 'kyc_session_id', 'kyc_rejection_reason'];
export const JOBS_SCHEMA = 'kyc_jobs';

/** The commands that the gateway uses in each of its tables, also those that it may use for some columns only. */
export const OWN_TABLE_COMMANDS: Readonly<Record<string, string[]>> = Object.fromEntries(
  OWN_TABLES.map((name) => [name, [...new Set(privilegesOn('table', name).map(([privilege]) => privilege))]]),
);
export const JOB_TABLE_COMMANDS = ROWS;

/** Call it after all migrations. @throws UnfitDatabaseError if the role cannot do the work of the gateway */
export async function requireRightsToWork(connection: Connection, use: ConfiguredUsersTable): Promise<void> {
  const missing = await findMissing(connection, await rightsToWork(connection, use));
  if (missing.length === 0) return;
  throw new UnfitDatabaseError(
    `The role ${use.found.role} lacks rights: ${missing.join(', ')}. ` +
      'Run docs/roles.sql as the owner of the tables (docs/operations.md, "Two roles").',
  );
}

/**
 * Call it before migrations. The first ones would otherwise succeed, and a later one fail.
 * @throws UnfitDatabaseError if the role cannot migrate
 */
export async function requireRightsToMigrate(connection: Connection): Promise<void> {
  const [role] = (await connection.query(
    `SELECT quote_ident(current_user) AS role, quote_ident(current_database()) AS database, quote_ident(current_schema()) AS schema,
            has_schema_privilege(current_schema(), 'CREATE') AS "mayCreateTables",
            coalesce((SELECT pg_has_role(nspowner, 'USAGE') FROM pg_namespace WHERE nspname = '${JOBS_SCHEMA}'),
                     has_database_privilege(current_database(), 'CREATE')) AS "hasJobs",
            EXISTS (SELECT FROM pg_namespace WHERE nspname = '${JOBS_SCHEMA}') AS "jobsExist",
            ARRAY(SELECT format('The table %I belongs to the role %I.', relname, pg_get_userbyid(relowner)) FROM pg_class
                  WHERE relname = ANY ($1) AND relkind = 'r' AND pg_table_is_visible(oid)
                    AND NOT pg_has_role(relowner, 'USAGE') ORDER BY relname) AS foreign`,
    [OWN_TABLES],
  )) as [
    {
      role: string;
      database: string;
      schema: string | null;
      mayCreateTables: boolean | null;
      hasJobs: boolean;
      jobsExist: boolean;
      foreign: string[];
    },
  ];
  if (role.schema === null) {
    throw new UnfitDatabaseError(
      'The search path names no schema that exists. Create the schema, or set search_path.',
    );
  }
  const advice = [
    ...(role.mayCreateTables === true ? [] : [`Run: GRANT CREATE ON SCHEMA ${role.schema} TO ${role.role}.`]),
    ...(role.hasJobs
      ? []
      : role.jobsExist
        ? [`The schema ${JOBS_SCHEMA} belongs to another role.`]
        : [`Run: GRANT CREATE ON DATABASE ${role.database} TO ${role.role}.`]),
    ...role.foreign,
  ];
  if (advice.length === 0) return;
  throw new UnfitDatabaseError(
    `The role ${role.role} may not migrate. ${advice.join(' ')} ` +
      'Or set DATABASE_MIGRATE=false and migrate as the owner (docs/operations.md, "Two roles").',
  );
}

/** Takes the oids from the catalog, because a name is resolved only if the role may use the schema. */
async function rightsToWork(
  connection: Connection,
  { users, found, tokenColumn, createsUsers }: ConfiguredUsersTable,
): Promise<Right[]> {
  const objects = (await connection.query(
    `WITH home AS (SELECT relnamespace AS oid FROM pg_class WHERE relname = 'kyc_sessions' AND relkind = 'r'
                   ORDER BY pg_table_is_visible(oid) DESC LIMIT 1)
     SELECT 'table' AS kind, c.oid, relname AS name FROM pg_class c JOIN home ON relnamespace = home.oid
     WHERE relname = ANY ($1) AND relkind = 'r'
     UNION ALL SELECT 'function', p.oid, proname FROM pg_proc p JOIN home ON pronamespace = home.oid WHERE proname = ANY ($2)
     UNION ALL SELECT 'schema', n.oid, nspname FROM pg_namespace n
     WHERE n.oid IN (SELECT oid FROM home) OR nspname = '${JOBS_SCHEMA}' OR n.oid = (SELECT relnamespace FROM pg_class WHERE oid = $3)
     UNION ALL SELECT CASE relkind WHEN 'S' THEN 'sequence' ELSE 'job table' END, c.oid, '${JOBS_SCHEMA}.' || relname
     FROM pg_class c WHERE relnamespace = to_regnamespace('${JOBS_SCHEMA}') AND relkind IN ('r', 'p', 'S')`,
    [OWN_TABLES, FUNCTIONS, found.oid],
  )) as { kind: Right['kind'] | 'job table'; oid: number; name: string }[];
  const usersRight = (privilege: string, column: string): Right => ({
    kind: 'column',
    oid: found.oid,
    column,
    privilege,
    name: users.label,
  });
  const { idColumn, emailColumn } = users.config;
  const read = [
    idColumn,
    emailColumn,
    ...(found.columns.includes(tokenColumn ?? '') ? [tokenColumn ?? ''] : []),
    ...STATUS_COLUMNS,
  ];
  return [
    ...objects.flatMap(({ kind, oid, name }) =>
      privilegesOn(kind, name).map(([privilege, column = null]): Right => {
        const target = kind === 'job table' ? 'table' : kind;
        return { kind: column === null ? target : 'column', oid, column, privilege, name };
      }),
    ),
    ...read.map((column) => usersRight('SELECT', column)),
    ...STATUS_COLUMNS.map((column) => usersRight('UPDATE', column)),
    ...(createsUsers ? [idColumn, emailColumn].map((column) => usersRight('INSERT', column)) : []),
  ];
}

function privilegesOn(kind: string, name: string): (readonly [privilege: string, column?: string])[] {
  if (kind === 'function') return [['EXECUTE']];
  if (kind === 'schema' || kind === 'sequence') return [['USAGE']];
  const table = (TABLE_RIGHTS[name] ?? ROWS).map((privilege) => [privilege] as const);
  if (name !== 'kyc_erasures') return table;
  return [...table, ...CHANGED_IN_ERASURES.map((column) => ['UPDATE', column] as const)];
}

/** Returns one text for each object and privilege, such as `UPDATE (kyc_status, kyc_provider) on users`. */
async function findMissing(connection: Connection, rights: readonly Right[]): Promise<string[]> {
  const rows = (await connection.query(
    `SELECT privilege || CASE WHEN count("column") = 0 THEN '' ELSE ' (' || string_agg("column", ', ') || ')' END
              || ' on ' || CASE WHEN kind IN ('table', 'column') THEN '' ELSE kind || ' ' END || name AS text
     FROM jsonb_to_recordset($1::jsonb) AS wanted (kind text, oid oid, "column" text, privilege text, name text)
     WHERE NOT coalesce(CASE kind
       WHEN 'schema' THEN has_schema_privilege(oid, privilege)
       WHEN 'function' THEN has_function_privilege(oid, privilege)
       WHEN 'sequence' THEN has_sequence_privilege(oid, privilege)
       WHEN 'column' THEN has_column_privilege(oid, "column", privilege)
       ELSE has_table_privilege(oid, privilege) END, false)
     GROUP BY kind, name, privilege ORDER BY kind, name, privilege`,
    [JSON.stringify(rights)],
  )) as { text: string }[];
  return rows.map(({ text }) => text);
}
