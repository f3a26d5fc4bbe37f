import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Neither key nor response is readable in the table: the key is hashed, and the response is encrypted under the key.
 */
export class IdempotencyKeys1780000000006 implements MigrationInterface {
  name = 'IdempotencyKeys1780000000006';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE kyc_idempotency_keys (
        user_id text NOT NULL,
        key_hash bytea NOT NULL,
        payload_hash bytea NOT NULL,
        created_at timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        lease_until timestamptz,
        answer_status smallint,
        sealed_answer text,
        CONSTRAINT kyc_idempotency_keys_pkey PRIMARY KEY (user_id, key_hash),
        CONSTRAINT kyc_idempotency_keys_running_or_answered CHECK (
          (lease_until IS NULL) = (sealed_answer IS NOT NULL)
          AND (answer_status IS NULL) = (sealed_answer IS NULL)
        )
      )`);
    await queryRunner.query(
      `CREATE INDEX kyc_idempotency_keys_expires_at ON kyc_idempotency_keys (expires_at)`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE kyc_idempotency_keys`);
  }
}
