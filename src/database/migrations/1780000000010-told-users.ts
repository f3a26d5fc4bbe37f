import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Records the last mail to the user about each attempt, so that no mail repeats or contradicts it. */
export class ToldUsers1780000000010 implements MigrationInterface {
  name = 'ToldUsers1780000000010';

  async up(queryRunner: QueryRunner): Promise<void> {
    // The columns of existing rows stay null: it is unknown what their users were told.
    await queryRunner.query(`
      ALTER TABLE kyc_sessions
        ADD COLUMN told varchar(32), ADD COLUMN told_by varchar(64), ADD COLUMN telling_until timestamptz`);
    await queryRunner.query(`ALTER TABLE kyc_sessions ALTER COLUMN told SET DEFAULT 'nothing'`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `ALTER TABLE kyc_sessions DROP COLUMN told, DROP COLUMN told_by, DROP COLUMN telling_until`,
    );
  }
}
