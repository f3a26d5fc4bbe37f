import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { Phase } from '../../src/kyc/domain/session-state.ts';
import { statusOf } from '../../src/kyc/domain/user-status.ts';

/** Gives each user a current attempt in this phase, as after a verdict. No mail is sent. */
export async function giveVerdict(
  database: DataSource,
  users: readonly { id: string }[],
  phase: Phase = 'approved',
  reason: string | null = null,
): Promise<void> {
  const ids = users.map((user) => user.id);
  const sessions = users.map(() => `inq_${randomUUID()}`);
  await database.query(
    `WITH given AS (SELECT * FROM unnest($1::uuid[], $2::text[]) AS g (id, session)), attempts AS (
       INSERT INTO kyc_sessions (user_id, provider, provider_session_id, phase, reason, opened_at, ended_at, changed_at)
       SELECT id, 'persona', session, $3, $4, now(), now(), now() FROM given)
     UPDATE users u SET kyc_provider = 'persona', kyc_session_id = g.session, kyc_status = $5, kyc_rejection_reason = $4
     FROM given g WHERE u.id = g.id`,
    [ids, sessions, phase, reason, statusOf(phase)],
  );
}
