import type { MigrationInterface, QueryRunner } from 'typeorm';
import { usersTableOf } from '../users-table.ts';
import { createIndexOnline } from './online.ts';

const IS_NOT_OVER = `s.phase NOT IN ('approved', 'declined', 'expired', 'abandoned', 'failed')`;
const IS_REOPENED = `${IS_NOT_OVER} AND s.ended_at IS NOT NULL`;

/**
 * Repairs attempts that a newer verdict has reopened. Earlier releases did not clear their end, so the attempts were not
 * read again, and an erasure of them left the user pending forever.
 *
 * Each statement commits by itself and can run again, so that no row of the users table stays locked while the index is built.
 */
export class ReopenedAttempts1780000000008 implements MigrationInterface {
  name = 'ReopenedAttempts1780000000008';
  transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    const users = usersTableOf(queryRunner);
    /** The attempt is the one that decides the status of its user `u`. */
    const isCurrent = `u.${users.id} = s.user_id AND u.kyc_provider = s.provider AND u.kyc_session_id = s.provider_session_id`;
    // A unique index allows one attempt per user without an end. The current attempt is the one that counts.
    await queryRunner.query(`
      DO $body$ BEGIN
        UPDATE kyc_sessions o SET
            phase = CASE WHEN o.provider_session_id IS NULL THEN 'failed' ELSE 'abandoned' END,
            ended_at = now(), changed_at = now(), next_read_at = NULL
          FROM kyc_sessions s JOIN ${users.sql} u ON ${isCurrent}
          WHERE ${IS_REOPENED} AND s.provider_session_id NOT LIKE 'erased:%'
            AND o.user_id = s.user_id AND o.id <> s.id AND o.ended_at IS NULL;
        UPDATE kyc_sessions s SET ended_at = NULL, decided_at = NULL, next_read_at = coalesce(s.next_read_at, now())
          FROM ${users.sql} u
          WHERE ${isCurrent} AND ${IS_REOPENED} AND s.provider_session_id NOT LIKE 'erased:%';
      END $body$`);
    // An erasure ends an attempt by an event, so that ledger and status agree. Only a failure ends a review.
    await queryRunner.query(`
      WITH erased AS (
        SELECT s.id, s.user_id, s.provider, s.provider_session_id, e.outcome, e.ended_at
        FROM kyc_sessions s CROSS JOIN LATERAL (
          SELECT CASE s.phase WHEN 'in_review' THEN 'failed' ELSE 'abandoned' END AS outcome,
                 greatest(now(), max(least(e.occurred_at, e.received_at)) + interval '1 ms') AS ended_at
          FROM kyc_events e WHERE e.provider = s.provider AND e.provider_session_id = s.provider_session_id) e
        WHERE ${IS_NOT_OVER} AND s.provider_session_id LIKE 'erased:%'
      ), endings AS (
        INSERT INTO kyc_events (provider, event_key, provider_session_id, outcome, occurred_at, received_at, source)
        SELECT provider, 'gateway:' || outcome || ':' || id || ':migration', provider_session_id, outcome,
               ended_at, ended_at, 'gateway' FROM erased
        ON CONFLICT DO NOTHING
      ), statuses AS (
        UPDATE ${users.sql} u SET kyc_status = 'not_verified', kyc_rejection_reason = NULL FROM erased s WHERE ${isCurrent}
      )
      UPDATE kyc_sessions s SET
          phase = erased.outcome, reason = NULL, phase_since = erased.ended_at, decided_at = NULL,
          ended_at = coalesce(s.ended_at, erased.ended_at), changed_at = now(), next_read_at = NULL
        FROM erased WHERE s.id = erased.id`);
    // The remaining ones were replaced by a newer attempt and change no status.
    await queryRunner.query(
      `UPDATE kyc_sessions s SET phase = 'abandoned', changed_at = now(), next_read_at = NULL WHERE ${IS_REOPENED}`,
    );
    await createIndexOnline(queryRunner, {
      name: 'kyc_sessions_resume_token',
      table: 'kyc_sessions',
      definition: '(expires_at) WHERE resume_token IS NOT NULL',
    });
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`DROP INDEX kyc_sessions_resume_token`);
  }
}
