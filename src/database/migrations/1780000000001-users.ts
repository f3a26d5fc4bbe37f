import type { MigrationInterface, QueryRunner } from 'typeorm';
import { sqlState } from '../../common/database-failure.ts';
import {
  type Connection,
  findUsersTable,
  type FoundTable,
  requireKeyAndColumns,
  requireOwner,
  requireReferences,
  requireUsersTable,
  UsersTableError,
} from '../users-table-fit.ts';
import { type UsersTable, usersTableOf } from '../users-table.ts';
import { requireKnownStatuses, requireRoomInColumns } from './existing-users.ts';
import { inTransaction } from './online.ts';
import { ADDED_BY_US, addUsersIndex, dropAddedUsersIndex } from './users-index.ts';

const CREATED_BY_US = 'Created by the KYC gateway';

const COLUMNS = [
  ['kyc_status', `varchar(20) NOT NULL DEFAULT 'not_verified'`],
  ['kyc_provider', 'varchar(50)'],
  ['kyc_session_id', 'varchar(255)'],
  ['kyc_rejection_reason', 'text'],
] as const;
const CHECK = 'users_kyc_status_check';
const INDEX = 'idx_users_kyc_status';
const CHECK_VIOLATION = '23514';

/**
 * Adds the four kyc_ columns to the users table, and creates the table if it does not exist and the configuration
 * allows it. The migration keeps columns that the platform already has, and fails if they cannot hold the gateway's
 * values. Reverting removes only what the migration added. It removes the table only if the migration created it and
 * the table is empty.
 *
 * The table is locked only while its catalog entries change. The rows are read afterwards, under locks that let the
 * platform read and write. Each step can run again.
 */
export class Users1780000000001 implements MigrationInterface {
  name = 'Users1780000000001';
  transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    const users = usersTableOf(queryRunner);
    const found = await requireMigratableUsers(queryRunner, users);
    await inTransaction(queryRunner, async () => {
      if (found === null) await createUsers(queryRunner, users);
      await addColumnsAndCheck(queryRunner, users, found);
    });
    await validateCheck(queryRunner, users);
    await addUsersIndex(queryRunner, users, INDEX, '(kyc_status)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const users = usersTableOf(queryRunner);
    if ((await findUsersTable(queryRunner, users)) === null) return;
    await dropAddedUsersIndex(queryRunner, users, INDEX);
    await removeAdded(queryRunner, users);
  }
}

/** Rejects a table that the first migration cannot use. Changes nothing, so a check before the migration can call it. */
export async function requireMigratableUsers(
  queryRunner: Connection,
  users: UsersTable,
): Promise<FoundTable | null> {
  const found = users.config.mayCreate
    ? await findUsersTable(queryRunner, users)
    : await requireUsersTable(queryRunner, users);
  if (found === null) return null;
  requireKeyAndColumns(users, found);
  requireReferences(users, found);
  await requireRoomInColumns(queryRunner, users);
  const check = await findCheck(queryRunner, users);
  if (found.columns.includes('kyc_status') && !check.isAdded) {
    if (!check.isFound) requireOwner(users, found);
    await requireKnownStatuses(queryRunner, users);
  }
  return found;
}

async function addColumnsAndCheck(
  queryRunner: QueryRunner,
  users: UsersTable,
  found: FoundTable | null,
): Promise<void> {
  const columns = COLUMNS.filter(([name]) => found === null || !found.columns.includes(name));
  const hasCheck = (await findCheck(queryRunner, users)).isFound;
  const changes = columns.map(([name, definition]) => `ADD COLUMN ${name} ${definition}`);
  if (!hasCheck) {
    changes.push(`ADD CONSTRAINT ${CHECK}
      CHECK (kyc_status IN ('not_verified', 'pending', 'verified', 'rejected')) NOT VALID`);
  }
  if (changes.length === 0) return;
  if (found !== null) requireOwner(users, found);
  await queryRunner.query(`ALTER TABLE ${users.sql} ${changes.join(', ')}`);
  for (const [name] of columns) {
    await queryRunner.query(`COMMENT ON COLUMN ${users.sql}.${name} IS '${ADDED_BY_US}'`);
  }
  if (!hasCheck) {
    await queryRunner.query(`COMMENT ON CONSTRAINT ${CHECK} ON ${users.sql} IS '${ADDED_BY_US}'`);
  }
}

/** Removes a check that a row violates. Otherwise, every update of that row would fail from now on. */
async function validateCheck(queryRunner: QueryRunner, users: UsersTable): Promise<void> {
  const check = await findCheck(queryRunner, users);
  if (check.isValid) return;
  try {
    await queryRunner.query(`ALTER TABLE ${users.sql} VALIDATE CONSTRAINT ${CHECK}`);
  } catch (error) {
    if (sqlState(error) !== CHECK_VIOLATION) throw error;
    if (check.isAdded) await queryRunner.query(`ALTER TABLE ${users.sql} DROP CONSTRAINT ${CHECK}`);
    await requireKnownStatuses(queryRunner, users);
    throw error;
  }
}

async function removeAdded(queryRunner: QueryRunner, users: UsersTable): Promise<void> {
  const { sql } = users;
  if ((await findCheck(queryRunner, users)).isAdded) {
    await queryRunner.query(`ALTER TABLE ${sql} DROP CONSTRAINT ${CHECK}`);
  }
  const added = (await queryRunner.query(
    `SELECT attname AS name FROM pg_attribute
     WHERE attrelid = $2::regclass AND NOT attisdropped AND col_description(attrelid, attnum) = $1`,
    [ADDED_BY_US, sql],
  )) as { name: string }[];
  for (const { name } of added) await queryRunner.query(`ALTER TABLE ${sql} DROP COLUMN ${name}`);

  const [table] = (await queryRunner.query(
    `SELECT obj_description($1::regclass, 'pg_class') AS comment, EXISTS (SELECT FROM ${sql}) AS "hasRows"`,
    [sql],
  )) as { comment: string | null; hasRows: boolean }[];
  if (table?.comment === CREATED_BY_US && !table.hasRows) await queryRunner.query(`DROP TABLE ${sql}`);
}

async function findCheck(queryRunner: Connection, users: UsersTable) {
  const [found] = (await queryRunner.query(
    `SELECT coalesce(bool_or(obj_description(oid, 'pg_constraint') = $1), false) AS "isAdded",
            count(*) > 0 AS "isFound", coalesce(bool_and(convalidated), false) AS "isValid"
     FROM pg_constraint WHERE conrelid = to_regclass($2) AND conname = $3`,
    [ADDED_BY_US, users.sql, CHECK],
  )) as [Record<'isAdded' | 'isFound' | 'isValid', boolean>];
  return found;
}

async function createUsers(queryRunner: QueryRunner, users: UsersTable): Promise<void> {
  const { schema } = users.config;
  const [found] = (await queryRunner.query(
    `SELECT $1::text IS NULL OR EXISTS (SELECT FROM pg_namespace WHERE nspname = $1) AS "hasSchema"`,
    [schema],
  )) as [{ hasSchema: boolean }];
  if (!found.hasSchema) {
    throw new UsersTableError(
      `The table ${users.label} cannot be created, because its schema does not exist.`,
    );
  }
  await queryRunner.query(`
    CREATE TABLE ${users.sql} (
      ${users.id} uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      ${users.email} varchar(320),
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now()
    )`);
  await queryRunner.query(`COMMENT ON TABLE ${users.sql} IS '${CREATED_BY_US}'`);
}
