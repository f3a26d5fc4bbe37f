import type { MigrationInterface, QueryRunner } from 'typeorm';
import { erasurePlaceholders, loadSql } from './load-sql.ts';

/** Makes an erasure count the attempts whose provider session may exist without the gateway knowing its id. */
export class ErasedLostAttempts1780000000016 implements MigrationInterface {
  name = 'ErasedLostAttempts1780000000016';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      await loadSql('erase-user-with-lost-attempts.sql', await erasurePlaceholders(queryRunner)),
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP FUNCTION kyc_record_recovered_session`);
    await queryRunner.query(await loadSql('erase-user.sql', await erasurePlaceholders(queryRunner)));
  }
}
