import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The first migration uses the same comment. `down` removes the index only if it has the comment. */
const ADDED_BY_US = 'Added by the KYC gateway';

export class Operators1780000000007 implements MigrationInterface {
  name = 'Operators1780000000007';

  async up(queryRunner: QueryRunner): Promise<void> {
    if ((await found(queryRunner)).hasIndex) return;
    await queryRunner.query(`CREATE INDEX idx_users_kyc_status_id ON users (kyc_status, id)`);
    await queryRunner.query(`COMMENT ON INDEX idx_users_kyc_status_id IS '${ADDED_BY_US}'`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    if ((await found(queryRunner)).isAdded) await queryRunner.query(`DROP INDEX idx_users_kyc_status_id`);
  }
}

async function found(queryRunner: QueryRunner): Promise<{ hasIndex: boolean; isAdded: boolean }> {
  const [index] = (await queryRunner.query(
    `SELECT oid IS NOT NULL AS "hasIndex", coalesce(obj_description(oid, 'pg_class') = $1, false) AS "isAdded"
     FROM to_regclass('idx_users_kyc_status_id') AS oid`,
    [ADDED_BY_US],
  )) as [{ hasIndex: boolean; isAdded: boolean }];
  return index;
}
