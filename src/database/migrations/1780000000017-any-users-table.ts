import type { MigrationInterface, QueryRunner } from 'typeorm';
import { erasurePlaceholders, loadSql } from './load-sql.ts';
import { inTransaction } from './online.ts';
import { widenUserIdOfErasures, widenUserIdOfSessions } from './wide-user-id.ts';

/**
 * Lets the platform name its users table and its columns as it likes, and widen the type of their id (`integer` to
 * `bigint`) without the gateway: the gateway's columns get the widest type, and the functions find the table by the
 * foreign key of kyc_sessions.
 */
export class AnyUsersTable1780000000017 implements MigrationInterface {
  name = 'AnyUsersTable1780000000017';
  transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    await widenUserIdOfSessions(queryRunner);
    await inTransaction(queryRunner, async () => {
      await widenUserIdOfErasures(queryRunner);
      await replaceFunctions(queryRunner);
    });
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

/** The process may have ended after an earlier run had created the new functions. */
async function replaceFunctions(queryRunner: QueryRunner): Promise<void> {
  const { schema } = await erasurePlaceholders(queryRunner);
  // Replicas of the last release still call the function, so the new one has the same grants.
  const roles = (await queryRunner.query(
    `SELECT quote_ident(rolname) AS name FROM pg_proc p, aclexplode(proacl) JOIN pg_roles r ON r.oid = grantee
     WHERE p.oid = 'kyc_erase_user'::regproc AND grantee <> proowner`,
  )) as { name: string }[];
  await queryRunner.query(`DROP FUNCTION kyc_erase_user; DROP FUNCTION IF EXISTS kyc_for_users_table`);
  await queryRunner.query(await loadSql('users-table-functions.sql', { schema }));
  for (const { name } of roles) {
    await queryRunner.query(`GRANT EXECUTE ON FUNCTION kyc_erase_user TO ${name}`);
  }
}
