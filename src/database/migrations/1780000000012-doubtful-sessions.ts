import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Adds the times at which it became doubtful whether the provider session of an attempt exists. */
export class DoubtfulSessions1780000000012 implements MigrationInterface {
  name = 'DoubtfulSessions1780000000012';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE kyc_sessions ADD COLUMN unanswered_at timestamptz, ADD COLUMN not_found_at timestamptz`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE kyc_sessions DROP COLUMN unanswered_at, DROP COLUMN not_found_at`);
  }
}
