import type { MigrationInterface, QueryRunner } from 'typeorm';
import { usersTableOf } from '../users-table.ts';
import { userIdType } from './user-id-type.ts';

export class SessionsAndLedger1780000000002 implements MigrationInterface {
  name = 'SessionsAndLedger1780000000002';

  async up(queryRunner: QueryRunner): Promise<void> {
    const users = usersTableOf(queryRunner);
    await queryRunner.query(`
      CREATE TABLE kyc_sessions (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        user_id ${await userIdType(queryRunner)} NOT NULL
          CONSTRAINT kyc_sessions_user_fkey REFERENCES ${users.sql} (${users.id}) ON DELETE CASCADE,
        provider varchar(50) NOT NULL,
        provider_session_id varchar(255),
        phase varchar(32) NOT NULL CONSTRAINT kyc_sessions_phase_check
          CHECK (phase IN ('opening', 'open', 'started', 'submitted', 'in_review', 'resubmission_requested',
                           'approved', 'declined', 'expired', 'abandoned', 'failed')),
        reason varchar(32),
        phase_since timestamptz,
        resume_token text,
        opened_at timestamptz NOT NULL,
        expires_at timestamptz,
        decided_at timestamptz,
        ended_at timestamptz,
        changed_at timestamptz NOT NULL,
        CONSTRAINT kyc_sessions_provider_session_key UNIQUE (provider, provider_session_id)
      )`);
    await queryRunner.query(
      `CREATE UNIQUE INDEX kyc_sessions_one_open_per_user ON kyc_sessions (user_id) WHERE ended_at IS NULL`,
    );
    await queryRunner.query(`CREATE INDEX kyc_sessions_user ON kyc_sessions (user_id)`);

    await queryRunner.query(`
      CREATE TABLE kyc_events (
        id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        provider varchar(50) NOT NULL,
        event_key varchar(255) NOT NULL,
        provider_session_id varchar(255),
        reference text,
        outcome varchar(32) NOT NULL,
        reason varchar(32),
        occurred_at timestamptz,
        received_at timestamptz NOT NULL,
        source varchar(16) NOT NULL,
        is_refused boolean NOT NULL DEFAULT false,
        CONSTRAINT kyc_events_provider_key UNIQUE (provider, event_key)
      )`);
    await queryRunner.query(`CREATE INDEX kyc_events_session ON kyc_events (provider, provider_session_id)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP TABLE kyc_events`);
    await queryRunner.query(`DROP TABLE kyc_sessions`);
  }
}
