import type { MigrationInterface, QueryRunner } from 'typeorm';
import { erasurePlaceholders, loadSql } from './load-sql.ts';

/** Adds the list of verdicts of replaced attempts, and keeps erasures from counting manual attempts as used. */
export class DecisionsOfOperators1780000000014 implements MigrationInterface {
  name = 'DecisionsOfOperators1780000000014';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE kyc_late_verdicts (
        event_id bigint PRIMARY KEY
          CONSTRAINT kyc_late_verdicts_event_fkey REFERENCES kyc_events (id) ON DELETE CASCADE
      )`);
    // A later migration contains the same text. It may have run before this one.
    await queryRunner.query(
      await loadSql('erase-user-with-lost-attempts.sql', await erasurePlaceholders(queryRunner)),
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE kyc_late_verdicts`);
  }
}
