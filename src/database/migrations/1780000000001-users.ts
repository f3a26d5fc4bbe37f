import type { MigrationInterface, QueryRunner } from 'typeorm';

const CREATED_BY_US = 'Created by the KYC gateway';

/**
 * Gives `users` its four columns: creates the table where there is none, and otherwise alters the one that is
 * there, with its rows. Undoing removes what was added, and the table only if it was made here and is empty.
 */
export class Users1780000000001 implements MigrationInterface {
  name = 'Users1780000000001';

  async up(queryRunner: QueryRunner): Promise<void> {
    const columns = await columnsOfUsers(queryRunner);
    if (columns.length === 0) await createUsers(queryRunner);
    else requireIdAndEmail(columns);

    await queryRunner.query(`
      ALTER TABLE users
        ADD COLUMN IF NOT EXISTS kyc_status varchar(20) NOT NULL DEFAULT 'not_verified',
        ADD COLUMN IF NOT EXISTS kyc_provider varchar(50),
        ADD COLUMN IF NOT EXISTS kyc_session_id varchar(255),
        ADD COLUMN IF NOT EXISTS kyc_rejection_reason text`);
    await queryRunner.query(`ALTER TABLE users DROP CONSTRAINT IF EXISTS users_kyc_status_check`);
    await queryRunner.query(`
      ALTER TABLE users ADD CONSTRAINT users_kyc_status_check
        CHECK (kyc_status IN ('not_verified', 'pending', 'verified', 'rejected'))`);
    await queryRunner.query(`CREATE INDEX IF NOT EXISTS idx_users_kyc_status ON users (kyc_status)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP INDEX IF EXISTS idx_users_kyc_status`);
    await queryRunner.query(`
      ALTER TABLE users
        DROP COLUMN IF EXISTS kyc_status,
        DROP COLUMN IF EXISTS kyc_provider,
        DROP COLUMN IF EXISTS kyc_session_id,
        DROP COLUMN IF EXISTS kyc_rejection_reason`);
    const [users] = (await queryRunner.query(
      `SELECT obj_description('users'::regclass, 'pg_class') AS comment, EXISTS (SELECT FROM users) AS "hasRows"`,
    )) as { comment: string | null; hasRows: boolean }[];
    if (users?.comment === CREATED_BY_US && !users.hasRows) await queryRunner.query(`DROP TABLE users`);
  }
}

async function columnsOfUsers(queryRunner: QueryRunner): Promise<string[]> {
  const rows = (await queryRunner.query(
    `SELECT attname AS name FROM pg_attribute
     WHERE attrelid = to_regclass('users') AND attnum > 0 AND NOT attisdropped`,
  )) as { name: string }[];
  return rows.map((row) => row.name);
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

function requireIdAndEmail(columns: string[]): void {
  const missing = ['id', 'email'].filter((name) => !columns.includes(name));
  if (missing.length === 0) return;
  throw new Error(
    `The table users has no column ${missing.join(' and no column ')}. ` +
      'The gateway needs the user id that the token names, and the address that mail goes to.',
  );
}
