import type { MigrationInterface, QueryRunner } from 'typeorm';
import { existingColumns, requireIdAndEmail, requireRoomForOurs } from './existing-users.ts';

const CREATED_BY_US = 'Created by the KYC gateway';
/** What bears this comment was added by `up`, and is all that `down` takes away. */
const ADDED_BY_US = 'Added by the KYC gateway';

const COLUMNS = [
  ['kyc_status', `varchar(20) NOT NULL DEFAULT 'not_verified'`],
  ['kyc_provider', 'varchar(50)'],
  ['kyc_session_id', 'varchar(255)'],
  ['kyc_rejection_reason', 'text'],
] as const;

/**
 * Gives `users` its four columns: creates the table where there is none, and otherwise alters the one that is
 * there, with its rows. What the platform has already is kept, or refused where it would not do. Undoing removes what
 * was added, and the table only if it was made here and is empty.
 */
export class Users1780000000001 implements MigrationInterface {
  name = 'Users1780000000001';

  async up(queryRunner: QueryRunner): Promise<void> {
    const existing = await existingColumns(queryRunner);
    if (existing.length === 0) {
      await createUsers(queryRunner);
    } else {
      requireIdAndEmail(existing);
      await requireRoomForOurs(queryRunner);
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
    if (found.isIndexOurs) await queryRunner.query(`DROP INDEX idx_users_kyc_status`);
    if (found.isCheckOurs)
      await queryRunner.query(`ALTER TABLE users DROP CONSTRAINT users_kyc_status_check`);
    const ours = (await queryRunner.query(
      `SELECT attname AS name FROM pg_attribute
       WHERE attrelid = 'users'::regclass AND NOT attisdropped AND col_description(attrelid, attnum) = $1`,
      [ADDED_BY_US],
    )) as { name: string }[];
    for (const { name } of ours) await queryRunner.query(`ALTER TABLE users DROP COLUMN ${name}`);

    const [users] = (await queryRunner.query(
      `SELECT obj_description('users'::regclass, 'pg_class') AS comment, EXISTS (SELECT FROM users) AS "hasRows"`,
    )) as { comment: string | null; hasRows: boolean }[];
    if (users?.comment === CREATED_BY_US && !users.hasRows) await queryRunner.query(`DROP TABLE users`);
  }
}

async function checkAndIndex(queryRunner: QueryRunner) {
  const [found] = (await queryRunner.query(
    `SELECT c.oid IS NOT NULL AS "hasCheck", obj_description(c.oid, 'pg_constraint') = $1 AS "isCheckOurs",
            i.oid IS NOT NULL AS "hasIndex", obj_description(i.oid, 'pg_class') = $1 AS "isIndexOurs"
     FROM (SELECT 'users'::regclass AS oid) u
     LEFT JOIN pg_constraint c ON c.conrelid = u.oid AND c.conname = 'users_kyc_status_check'
     LEFT JOIN pg_class i ON i.oid = to_regclass('idx_users_kyc_status')`,
    [ADDED_BY_US],
  )) as [Record<'hasCheck' | 'isCheckOurs' | 'hasIndex' | 'isIndexOurs', boolean | null>];
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
