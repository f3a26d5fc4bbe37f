import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Counters of the rate limits: the columns are those that rate-limiter-flexible reads and writes. Unlogged, so that
 * counting waits for no disk: a crash of the database begins the counting anew.
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
