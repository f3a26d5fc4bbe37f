import { type Connection, UsersTableError } from '../users-table-fit.ts';
import type { UsersTable } from '../users-table.ts';

/** The length of the longest value that the gateway writes to each column. */
const ROOM = { kyc_status: 20, kyc_provider: 50, kyc_session_id: 255, kyc_rejection_reason: 32 };
const STATUSES = ['not_verified', 'pending', 'verified', 'rejected'];

/** Throws unless the existing kyc_ columns, and every check on them, accept all values of the gateway. */
export async function requireRoomInColumns(queryRunner: Connection, users: UsersTable): Promise<void> {
  const columns = (await queryRunner.query(
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS type, attnotnull AS "isRequired",
            atttypid IN ('text'::regtype, 'varchar'::regtype) AND (atttypmod = -1 OR atttypmod - 4 >= room::int) AS fits
     FROM pg_attribute JOIN json_each_text($1) AS wanted (name, room) ON name = attname
     WHERE attrelid = $2::regclass AND NOT attisdropped`,
    [JSON.stringify(ROOM), users.sql],
  )) as { name: keyof typeof ROOM; type: string; isRequired: boolean; fits: boolean }[];
  for (const { name, type, isRequired, fits } of columns) {
    const where = `The table ${users.label} already has a column ${name}.`;
    if (!fits)
      throw new UsersTableError(
        `${where} ${name} is of the type ${type}. It must be varchar(${ROOM[name]}) or text.`,
      );
    if (name === 'kyc_status' && !isRequired)
      throw new UsersTableError(`${where} ${name} may be NULL. It must be NOT NULL DEFAULT 'not_verified'.`);
  }
  await requireEveryStatusAllowed(queryRunner, users);
}

async function requireEveryStatusAllowed(queryRunner: Connection, users: UsersTable): Promise<void> {
  const checks = (await queryRunner.query(
    `SELECT conname AS name, pg_get_expr(conbin, conrelid) AS expression
     FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND conkey = ARRAY[attnum]
     WHERE conrelid = $1::regclass AND contype = 'c' AND attname = 'kyc_status'`,
    [users.sql],
  )) as { name: string; expression: string }[];
  for (const { name, expression } of checks) {
    const [result] = (await queryRunner.query(
      `SELECT bool_and(coalesce(${expression}, true)) AS "areAllowed" FROM unnest($1::text[]) AS word (kyc_status)`,
      [STATUSES],
    )) as [{ areAllowed: boolean }];
    if (result.areAllowed) continue;
    throw new UsersTableError(
      `The constraint ${name} of the table ${users.label} does not allow ${STATUSES.join(', ')}.`,
    );
  }
}

/**
 * Throws if a row or the default of an existing column kyc_status has a value that the gateway does not know. Reads the
 * whole table, under a lock that lets the platform read and write.
 */
export async function requireKnownStatuses(queryRunner: Connection, users: UsersTable): Promise<void> {
  const where = `The table ${users.label} already has a column kyc_status.`;
  const needed = `the gateway needs ${STATUSES.join(', ')}`;
  const value = await findUnknownDefault(queryRunner, users);
  if (value !== null) {
    throw new UsersTableError(
      `${where} It has the default '${value}', and ${needed}. ` +
        `Run: ALTER TABLE ${users.label} ALTER COLUMN kyc_status SET DEFAULT 'not_verified'.`,
    );
  }
  const rows = (await queryRunner.query(
    `SELECT DISTINCT kyc_status AS value FROM ${users.sql} WHERE kyc_status <> ALL ($1::text[]) ORDER BY value LIMIT 8`,
    [STATUSES],
  )) as { value: string }[];
  if (rows.length === 0) return;
  throw new UsersTableError(
    `${where} It has the values ${rows.map((row) => `'${row.value}'`).join(', ')} in its rows, and ${needed}. ` +
      'Change these rows, or rename your column, so that the migration adds its own.',
  );
}

async function findUnknownDefault(queryRunner: Connection, users: UsersTable): Promise<string | null> {
  const [found] = (await queryRunner.query(
    `SELECT pg_get_expr(adbin, adrelid) AS expression
     FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
     WHERE adrelid = $1::regclass AND attname = 'kyc_status' AND attgenerated = ''`,
    [users.sql],
  )) as [{ expression: string }?];
  if (found === undefined) return null;
  const [result] = (await queryRunner.query(`SELECT (${found.expression})::text AS value`)) as [
    { value: string | null },
  ];
  return result.value === null || STATUSES.includes(result.value) ? null : result.value;
}
