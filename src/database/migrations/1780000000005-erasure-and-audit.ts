import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createErasure, dropErasure } from './erasure-functions.ts';
import { createPurge, dropPurge } from './purge-functions.ts';

/**
 * Who did what by hand, what was erased at whose wish, and a ledger that nobody edits: what still has to change in it
 * (erasure, retention) goes through functions of the owner's, which a gateway with a role of its own may only call.
 */
export class ErasureAndAudit1780000000005 implements MigrationInterface {
  name = 'ErasureAndAudit1780000000005';

  async up(queryRunner: QueryRunner): Promise<void> {
    const [found] = (await queryRunner.query(
      `SELECT format_type(atttypid, atttypmod) AS "idType", quote_ident(nspname) AS schema
       FROM pg_attribute JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace
       WHERE attrelid = 'users'::regclass AND attname = 'id'`,
    )) as { idType: string; schema: string }[];
    const { idType, schema } = found ?? { idType: 'uuid', schema: 'public' };

    await queryRunner.query(`ALTER TABLE kyc_events ADD COLUMN actor varchar(255), ADD COLUMN note text`);
    await queryRunner.query(
      `CREATE INDEX kyc_events_reference ON kyc_events (reference) WHERE reference IS NOT NULL`,
    );
    // Evidence outlives the user: no foreign key.
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
    await refuseChanges(queryRunner);
    await createErasure(queryRunner, idType, schema);
    await createPurge(queryRunner, schema);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await dropPurge(queryRunner);
    await dropErasure(queryRunner);
    await queryRunner.query(`DROP TRIGGER kyc_events_no_truncate ON kyc_events`);
    await queryRunner.query(`DROP TRIGGER kyc_events_append_only ON kyc_events`);
    await queryRunner.query(`DROP FUNCTION kyc_refuse_change()`);
    await queryRunner.query(`DROP TABLE kyc_erasures`);
    await queryRunner.query(`DROP INDEX kyc_events_reference`);
    await queryRunner.query(`ALTER TABLE kyc_events DROP COLUMN actor, DROP COLUMN note`);
  }
}

/**
 * The functions set kyc.maintenance while they work; in their definitions it could not stand, for only a superuser may
 * create a function so. Anybody may set it, so for a role that owns the tables this is a guard against mistakes. What makes it a
 * control is a second role without UPDATE and DELETE (docs/roles.sql).
 */
async function refuseChanges(queryRunner: QueryRunner): Promise<void> {
  await queryRunner.query(`
    CREATE FUNCTION kyc_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $body$
    BEGIN
      IF TG_OP <> 'TRUNCATE' AND current_setting('kyc.maintenance', true) = 'on' THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
      END IF;
      RAISE EXCEPTION 'kyc_events is append-only: % is refused', TG_OP USING
        ERRCODE = 'insufficient_privilege',
        HINT = 'Erasure is npm run erase; what is too old goes by the retention periods.';
    END $body$`);
  await queryRunner.query(`
    CREATE TRIGGER kyc_events_append_only BEFORE UPDATE OR DELETE ON kyc_events
      FOR EACH ROW EXECUTE FUNCTION kyc_refuse_change()`);
  await queryRunner.query(`
    CREATE TRIGGER kyc_events_no_truncate BEFORE TRUNCATE ON kyc_events
      FOR EACH STATEMENT EXECUTE FUNCTION kyc_refuse_change()`);
}
