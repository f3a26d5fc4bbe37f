import type { MigrationInterface, QueryRunner } from 'typeorm';

/** As in the first migration: what bears this comment is all that `down` takes away. */
const ADDED_BY_US = 'Added by the KYC gateway';

/** Operators leaf through the users of a status in the order of their ids: each page is a piece of this index. */
export class Operators1780000000007 implements MigrationInterface {
  name = 'Operators1780000000007';

  async up(queryRunner: QueryRunner): Promise<void> {
    if ((await found(queryRunner)).hasIndex) return;
    await queryRunner.query(`CREATE INDEX idx_users_kyc_status_id ON users (kyc_status, id)`);
    await queryRunner.query(`COMMENT ON INDEX idx_users_kyc_status_id IS '${ADDED_BY_US}'`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    if ((await found(queryRunner)).isOurs) await queryRunner.query(`DROP INDEX idx_users_kyc_status_id`);
  }
}

async function found(queryRunner: QueryRunner): Promise<{ hasIndex: boolean; isOurs: boolean }> {
  const [index] = (await queryRunner.query(
    `SELECT oid IS NOT NULL AS "hasIndex", coalesce(obj_description(oid, 'pg_class') = $1, false) AS "isOurs"
     FROM to_regclass('idx_users_kyc_status_id') AS oid`,
    [ADDED_BY_US],
  )) as [{ hasIndex: boolean; isOurs: boolean }];
  return index;
}
