import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Counters of the rate limits, with the columns that rate-limiter-flexible reads and writes. The table is unlogged, so
 * that counting does not wait for the disk. After a crash of the database the counters start at zero.
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
