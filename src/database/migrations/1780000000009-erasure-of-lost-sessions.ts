import type { MigrationInterface, QueryRunner } from 'typeorm';
import { erasurePlaceholders, loadSql } from './load-sql.ts';

/**
 * Adds the data that an erasure needs for a session whose id the gateway never received, a lease that keeps starts from
 * meeting an erasure at the provider, the number of attempts that erasures have deleted, and the anonymous attempt that
 * a later verdict still changes.
 */
export class ErasureOfLostSessions1780000000009 implements MigrationInterface {
  name = 'ErasureOfLostSessions1780000000009';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE kyc_erasures
        ADD COLUMN attempt_id uuid,
        ADD COLUMN redirect_url text,
        ADD COLUMN opened_at timestamptz,
        ADD COLUMN leased_until timestamptz,
        ADD COLUMN deleted_attempts integer NOT NULL DEFAULT 0,
        ADD COLUMN kept_attempt_id uuid`);
    // Events contain the user's id as text.
    await queryRunner.query(`CREATE INDEX kyc_erasures_reference ON kyc_erasures ((user_id::text))`);
    await queryRunner.query(await loadSql('erase-user.sql', await erasurePlaceholders(queryRunner)));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP FUNCTION kyc_record_recovered_session, kyc_erase_user, kyc_hash`);
    await queryRunner.query(await loadSql('erasure-functions.sql', await erasurePlaceholders(queryRunner)));
    await queryRunner.query(`DROP INDEX kyc_erasures_reference`);
    await queryRunner.query(`
      ALTER TABLE kyc_erasures DROP COLUMN attempt_id, DROP COLUMN redirect_url, DROP COLUMN opened_at,
        DROP COLUMN leased_until, DROP COLUMN deleted_attempts, DROP COLUMN kept_attempt_id`);
  }
}
