import { type AuditedUser, lastStatuses, type Audited } from './audited.ts';
import { type Expectation, expectationOf, isEnded } from './expectations.ts';

interface Row {
  id: string;
  kyc_status: string;
  kyc_provider: string | null;
  kyc_session_id: string | null;
  kyc_rejection_reason: string | null;
  phase: string | null;
  reason: string | null;
  is_ended: boolean;
}

/** Compares every user's row and current attempt with the final verdict of the provider. */
export async function compareRows({ sandbox, database, users }: Audited): Promise<string[]> {
  const last = lastStatuses(sandbox);
  const { rows } = await database.query<Row>(
    `SELECT u.id::text AS id, u.kyc_status, u.kyc_provider, u.kyc_session_id, u.kyc_rejection_reason,
            s.phase, s.reason, s.ended_at IS NOT NULL AS is_ended
     FROM users u
     LEFT JOIN kyc_sessions s ON s.provider = u.kyc_provider AND s.provider_session_id = u.kyc_session_id`,
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return users.flatMap((user) => {
    const row = byId.get(user.id);
    const word = last.get(user.sessionId);
    if (row === undefined || word === undefined) return [`${user.id}: has no row, or no session`];
    const wanted = rowOf(user, expectationOf(user.provider, word));
    const differing = (Object.keys(wanted) as (keyof Row)[]).filter((key) => row[key] !== wanted[key]);
    if (differing.length === 0) return [];
    const differences = differing.map((key) => `${key} is ${row[key]} and should be ${wanted[key]}`);
    return [`${user.provider} ${user.sessionId} is ${word}: ${differences.join(', ')}`];
  });
}

function rowOf({ id, provider, sessionId }: AuditedUser, { phase, status, reason }: Expectation): Row {
  return {
    id,
    kyc_status: status,
    kyc_provider: provider,
    kyc_session_id: sessionId,
    kyc_rejection_reason: reason,
    phase,
    reason,
    is_ended: isEnded(phase),
  };
}
