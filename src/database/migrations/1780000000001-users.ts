import type { MigrationInterface, QueryRunner } from 'typeorm';
import { existingColumns, requireIdAndEmail, requireRoomInColumns } from './existing-users.ts';

const CREATED_BY_US = 'Created by the KYC gateway';
/** `up` marks its columns with this comment, and `down` removes only marked columns. */
const ADDED_BY_US = 'Added by the KYC gateway';

const COLUMNS = [
  ['kyc_status', `varchar(20) NOT NULL DEFAULT 'not_verified'`],
  ['kyc_provider', 'varchar(50)'],
  ['kyc_session_id', 'varchar(255)'],
  ['kyc_rejection_reason', 'text'],
] as const;

/**
 * Adds the four kyc_ columns to `users`, and creates the table if it does not exist. The migration keeps columns that
 * the platform already has, and fails if they cannot hold the gateway's values. Reverting removes only what the
 * migration added. It removes the table only if the migration created it and the table is empty.
 */
export class Users1780000000001 implements MigrationInterface {
  name = 'Users1780000000001';

  async up(queryRunner: QueryRunner): Promise<void> {
    const existing = await existingColumns(queryRunner);
    if (existing.length === 0) {
      await createUsers(queryRunner);
    } else {
      requireIdAndEmail(existing);
      await requireRoomInColumns(queryRunner);
    }

    for (const [column, definition] of COLUMNS) {
      if (existing.includes(column)) continue;
      await queryRunner.query(`ALTER TABLE users ADD COLUMN ${column} ${definition}`);
      await queryRunner.query(`COMMENT ON COLUMN users.${column} IS '${ADDED_BY_US}'`);
    }
    const found = await checkAndIndex(queryRunner);
    if (!found.hasCheck) {
      await queryRunner.query(`
        ALTER TABLE users ADD CONSTRAINT users_kyc_status_check
          CHECK (kyc_status IN ('not_verified', 'pending', 'verified', 'rejected'))`);
      await queryRunner.query(`COMMENT ON CONSTRAINT users_kyc_status_check ON users IS '${ADDED_BY_US}'`);
    }
    if (!found.hasIndex) {
      await queryRunner.query(`CREATE INDEX idx_users_kyc_status ON users (kyc_status)`);
      await queryRunner.query(`COMMENT ON INDEX idx_users_kyc_status IS '${ADDED_BY_US}'`);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const found = await checkAndIndex(queryRunner);
    if (found.isIndexAdded) await queryRunner.query(`DROP INDEX idx_users_kyc_status`);
    if (found.isCheckAdded)
      await queryRunner.query(`ALTER TABLE users DROP CONSTRAINT users_kyc_status_check`);
    const added = (await queryRunner.query(
      `SELECT attname AS name FROM pg_attribute
       WHERE attrelid = 'users'::regclass AND NOT attisdropped AND col_description(attrelid, attnum) = $1`,
      [ADDED_BY_US],
    )) as { name: string }[];
    for (const { name } of added) await queryRunner.query(`ALTER TABLE users DROP COLUMN ${name}`);

    const [users] = (await queryRunner.query(
      `SELECT obj_description('users'::regclass, 'pg_class') AS comment, EXISTS (SELECT FROM users) AS "hasRows"`,
    )) as { comment: string | null; hasRows: boolean }[];
    if (users?.comment === CREATED_BY_US && !users.hasRows) await queryRunner.query(`DROP TABLE users`);
  }
}

async function checkAndIndex(queryRunner: QueryRunner) {
  const [found] = (await queryRunner.query(
    `SELECT c.oid IS NOT NULL AS "hasCheck", obj_description(c.oid, 'pg_constraint') = $1 AS "isCheckAdded",
            i.oid IS NOT NULL AS "hasIndex", obj_description(i.oid, 'pg_class') = $1 AS "isIndexAdded"
     FROM (SELECT 'users'::regclass AS oid) u
     LEFT JOIN pg_constraint c ON c.conrelid = u.oid AND c.conname = 'users_kyc_status_check'
     LEFT JOIN pg_class i ON i.oid = to_regclass('idx_users_kyc_status')`,
    [ADDED_BY_US],
  )) as [Record<'hasCheck' | 'isCheckAdded' | 'hasIndex' | 'isIndexAdded', boolean | null>];
  return found;
}

async function createUsers(queryRunner: QueryRunner): Promise<void> {
  await queryRunner.query(`
    CREATE TABLE users (
      id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
      email varchar(320),
      created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now()
    )`);
  await queryRunner.query(`COMMENT ON TABLE users IS '${CREATED_BY_US}'`);
}
