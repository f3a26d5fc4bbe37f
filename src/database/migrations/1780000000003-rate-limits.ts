import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * rate-limiter-flexible reads and writes these columns. The table is unlogged, so that counting does not wait for the
 * disk. After a crash of the database the counters start at zero.
 */
export class RateLimits1780000000003 implements MigrationInterface {
  name = 'RateLimits1780000000003';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE UNLOGGED TABLE kyc_rate_limits (
        key varchar(255) PRIMARY KEY,
        points integer NOT NULL DEFAULT 0,
        expire bigint
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE kyc_rate_limits`);
  }
}
