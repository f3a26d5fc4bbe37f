import type { MigrationInterface, QueryRunner } from 'typeorm';
import { loadSql } from './load-sql.ts';
import { userIdType } from './user-id-type.ts';

/**
 * Makes the ledger reject changes. Erasure and retention change it through functions that belong to the database owner.
 * A gateway with its own role may call these functions. A released migration never changes, so a new migration replaces
 * a function.
 */
export class ErasureAndAudit1780000000005 implements MigrationInterface {
  name = 'ErasureAndAudit1780000000005';

  async up(queryRunner: QueryRunner): Promise<void> {
    const [found] = (await queryRunner.query(
      `SELECT quote_ident(nspname) AS schema FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
       WHERE c.oid = 'kyc_events'::regclass`,
    )) as [{ schema: string }];
    const { schema } = found;
    const idType = await userIdType(queryRunner);

    await queryRunner.query(`ALTER TABLE kyc_events ADD COLUMN actor varchar(255), ADD COLUMN note text`);
    await queryRunner.query(
      `CREATE INDEX kyc_events_reference ON kyc_events (reference) WHERE reference IS NOT NULL`,
    );
    // No foreign key to users: the evidence must outlive the user.
    await queryRunner.query(`
      CREATE TABLE kyc_erasures (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        request_id uuid NOT NULL,
        user_id ${idType} NOT NULL,
        place varchar(50) NOT NULL,
        provider_session_id varchar(255),
        session_hash varchar(71),
        requested_at timestamptz NOT NULL,
        requested_by varchar(255) NOT NULL,
        erased_at timestamptz,
        final_at timestamptz
      )`);
    await queryRunner.query(
      `CREATE INDEX kyc_erasures_open ON kyc_erasures (requested_at) WHERE erased_at IS NULL`,
    );
    await queryRunner.query(`CREATE INDEX kyc_erasures_user ON kyc_erasures (user_id)`);
    await queryRunner.query(
      `CREATE INDEX kyc_erasures_session ON kyc_erasures (session_hash) WHERE session_hash IS NOT NULL`,
    );
    await queryRunner.query(await loadSql('append-only-ledger.sql'));
    await queryRunner.query(await loadSql('erasure-functions.sql', { userIdType: idType, schema }));
    await queryRunner.query(await loadSql('purge-functions.sql', { schema }));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP INDEX kyc_sessions_ended`);
    await queryRunner.query(
      `DROP FUNCTION kyc_purge_sessions, kyc_purge_events, kyc_purge_erasures, kyc_require_old`,
    );
    await queryRunner.query(`DROP FUNCTION kyc_erase_user, kyc_hash`);
    await queryRunner.query(`DROP TRIGGER kyc_events_no_truncate ON kyc_events`);
    await queryRunner.query(`DROP TRIGGER kyc_events_append_only ON kyc_events`);
    await queryRunner.query(`DROP FUNCTION kyc_refuse_change()`);
    await queryRunner.query(`DROP TABLE kyc_erasures`);
    await queryRunner.query(`DROP INDEX kyc_events_reference`);
    await queryRunner.query(`ALTER TABLE kyc_events DROP COLUMN actor, DROP COLUMN note`);
  }
}
