import type { Mail, ProviderName } from '../../packages/sandbox/sandbox.ts';
import type { World } from './world.ts';

export interface UserRow {
  id: string;
  kyc_status: string;
  kyc_provider: ProviderName | null;
  kyc_session_id: string | null;
  kyc_rejection_reason: string | null;
}

export interface AttemptRow {
  id: string;
  user_id: string;
  provider: ProviderName;
  provider_session_id: string | null;
  phase: string;
  reason: string | null;
  expires_at: string | null;
  ended_at: string | null;
  next_read_at: string | null;
}

export interface EventRow {
  id: number;
  provider: string;
  event_key: string;
  provider_session_id: string | null;
  reference: string | null;
  outcome: string;
  reason: string | null;
  occurred_at: string | null;
  received_at: string;
  source: 'webhook' | 'poll' | 'gateway' | 'operator';
  is_refused: boolean;
}

export interface ErasureRow {
  id: string;
  user_id: string;
  place: string;
  provider_session_id: string | null;
  erased_at: string | null;
}

/** Everything that the gateway has written, and the mails that have left it. */
export interface Snapshot {
  users: UserRow[];
  attempts: AttemptRow[];
  events: EventRow[];
  erasures: ErasureRow[];
  mails: readonly Mail[];
}

const ALL_ROWS = `SELECT
  (SELECT coalesce(jsonb_agg(u), '[]') FROM users u) AS users,
  (SELECT coalesce(jsonb_agg(s ORDER BY s.opened_at), '[]') FROM kyc_sessions s) AS attempts,
  (SELECT coalesce(jsonb_agg(e ORDER BY e.id), '[]') FROM kyc_events e) AS events,
  (SELECT coalesce(jsonb_agg(x), '[]') FROM kyc_erasures x) AS erasures`;

/** The database holds the rows of one history only, so all of them are read. */
export async function takeSnapshot(world: World): Promise<Snapshot> {
  const { database, sandbox } = world.system;
  const { rows } = await database.query<Omit<Snapshot, 'mails'>>(ALL_ROWS);
  return { ...(rows[0] as Omit<Snapshot, 'mails'>), mails: sandbox.mailbox.messages() };
}

/** The attempt that decides the user's status. */
export function currentAttempt(snapshot: Snapshot, user: UserRow): AttemptRow | undefined {
  return snapshot.attempts.find(
    ({ provider, provider_session_id: session }) =>
      session !== null && provider === user.kyc_provider && session === user.kyc_session_id,
  );
}

export function eventsOf(snapshot: Snapshot, attempt: AttemptRow): EventRow[] {
  const session = attempt.provider_session_id;
  return snapshot.events.filter(
    (event) =>
      session !== null && event.provider === attempt.provider && event.provider_session_id === session,
  );
}
