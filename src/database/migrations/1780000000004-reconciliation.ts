import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Adds two columns: the time of the next read at the provider, and the redirect URL that the recovery of a crashed
 * start needs.
 */
export class Reconciliation1780000000004 implements MigrationInterface {
  name = 'Reconciliation1780000000004';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE kyc_sessions
        ADD COLUMN redirect_url text,
        ADD COLUMN next_read_at timestamptz,
        ADD COLUMN reads integer NOT NULL DEFAULT 0`);
    // Attempts that are open during the migration are due at once.
    await queryRunner.query(`UPDATE kyc_sessions SET next_read_at = now() WHERE ended_at IS NULL`);
    await queryRunner.query(
      `CREATE INDEX kyc_sessions_next_read ON kyc_sessions (next_read_at) WHERE next_read_at IS NOT NULL`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE kyc_sessions DROP COLUMN redirect_url, DROP COLUMN next_read_at, DROP COLUMN reads`);
  }
}
