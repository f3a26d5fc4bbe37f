import type { MigrationInterface, QueryRunner } from 'typeorm';
import { WIDE_TYPE } from '../user-id-fit.ts';
import { erasurePlaceholders, loadSql } from './load-sql.ts';

/**
 * Lets the platform name its users table and its columns as it likes, and widen the type of their id (`integer` to
 * `bigint`) without the gateway: the gateway's columns get the widest type, and the functions find the table by the
 * foreign key of kyc_sessions.
 */
export class AnyUsersTable1780000000017 implements MigrationInterface {
  name = 'AnyUsersTable1780000000017';

  async up(queryRunner: QueryRunner): Promise<void> {
    const { schema } = await erasurePlaceholders(queryRunner);
    for (const table of ['kyc_sessions', 'kyc_erasures']) await widenUserId(queryRunner, table);
    // Replicas of the last release still call the function, so the new one has the same grants.
    const roles = (await queryRunner.query(
      `SELECT quote_ident(rolname) AS name FROM pg_proc p, aclexplode(proacl) JOIN pg_roles r ON r.oid = grantee
       WHERE p.oid = 'kyc_erase_user'::regproc AND grantee <> proowner`,
    )) as { name: string }[];
    await queryRunner.query(`DROP FUNCTION kyc_erase_user`);
    await queryRunner.query(await loadSql('users-table-functions.sql', { schema }));
    for (const { name } of roles) {
      await queryRunner.query(`GRANT EXECUTE ON FUNCTION kyc_erase_user TO ${name}`);
    }
  }

  /** The columns keep their type, because it holds every id that the old type held. */
  async down(queryRunner: QueryRunner): Promise<void> {
    const placeholders = await erasurePlaceholders(queryRunner);
    const { schema } = placeholders;
    await queryRunner.query(`DROP FUNCTION kyc_erase_user, kyc_for_users_table`);
    await queryRunner.query(await loadSql('erase-user-with-lost-attempts.sql', placeholders));
    await queryRunner.query(`DROP INDEX kyc_sessions_ended`);
    await queryRunner.query(
      `DROP FUNCTION kyc_purge_sessions, kyc_purge_events, kyc_purge_erasures, kyc_require_old`,
    );
    await queryRunner.query(await loadSql('purge-functions.sql', { schema }));
  }
}

async function widenUserId(queryRunner: QueryRunner, table: string): Promise<void> {
  const [column] = (await queryRunner.query(
    `SELECT ${WIDE_TYPE} AS "wideType", format_type(atttypid, atttypmod) AS type FROM pg_attribute
     WHERE attrelid = $1::regclass AND attname = 'user_id'`,
    [table],
  )) as [{ wideType: string; type: string }];
  if (column.type === column.wideType) return;
  await queryRunner.query(`ALTER TABLE ${table} ALTER COLUMN user_id TYPE ${column.wideType}`);
}
