import type { RejectionReason } from '../domain/rejection-reason.ts';
import { type Phase, PHASES_OVER } from '../domain/session-state.ts';
import type { StoredPhase } from './attempt.entity.ts';

export interface Attempt {
  id: string;
  /** The id as PostgreSQL prints it. A token may spell it differently, but events are compared with this spelling. */
  userId: string;
  provider: string;
  providerSessionId: string | null;
  phase: StoredPhase;
  phaseSince: Date | null;
  reason: RejectionReason | null;
  resumeToken: string | null;
  redirectUrl: string | null;
  openedAt: Date;
  expiresAt: Date | null;
  decidedAt: Date | null;
  endedAt: Date | null;
  nextReadAt: Date | null;
  changedAt: Date;
  reads: number;
  /** When a call that creates the session got no answer. Null once the provider has answered. */
  unansweredAt: Date | null;
  /** When the provider first reported that it does not know the session. */
  notFoundAt: Date | null;
}

export type SessionOfAttempt = Pick<OpenedAttempt, 'id' | 'provider' | 'providerSessionId' | 'phase'>;

export type OpenedAttempt = Attempt & { providerSessionId: string; phase: Phase };

/** Only the holder of the lease may call the provider for the attempt. */
export interface LeasedAttempt {
  id: string;
  userId: string;
  provider: string;
  redirectUrl: string;
  openedAt: Date;
  /** An earlier call to the provider was never answered, so the provider session may exist. */
  mayExistAtProvider: boolean;
}

export function isOpened(attempt: Attempt): attempt is OpenedAttempt {
  return attempt.phase !== 'opening' && attempt.providerSessionId !== null;
}

export function isLeased({ phase, nextReadAt }: Attempt, now: Date): boolean {
  return phase === 'opening' && nextReadAt !== null && nextReadAt > now;
}

/** An SQL condition. Only the phase tells whether an attempt is over; `ended_at` is the time of its end. */
export const IS_NOT_OVER = `phase NOT IN (${PHASES_OVER.map((phase) => `'${phase}'`).join(', ')})`;

export const ATTEMPT_COLUMNS = `id, user_id::text, provider, provider_session_id, phase, phase_since, reason, resume_token,
  redirect_url, opened_at, expires_at, decided_at, ended_at, next_read_at, changed_at, reads, unanswered_at, not_found_at`;

export interface AttemptRow {
  id: string;
  user_id: string;
  provider: string;
  provider_session_id: string | null;
  phase: StoredPhase;
  phase_since: Date | null;
  reason: RejectionReason | null;
  resume_token: string | null;
  redirect_url: string | null;
  opened_at: Date;
  expires_at: Date | null;
  decided_at: Date | null;
  ended_at: Date | null;
  next_read_at: Date | null;
  changed_at: Date;
  reads: number;
  unanswered_at: Date | null;
  not_found_at: Date | null;
}

export function toAttempt(row: AttemptRow): Attempt {
  return {
    id: row.id,
    userId: row.user_id,
    provider: row.provider,
    providerSessionId: row.provider_session_id,
    phase: row.phase,
    phaseSince: row.phase_since,
    reason: row.reason,
    resumeToken: row.resume_token,
    redirectUrl: row.redirect_url,
    openedAt: row.opened_at,
    expiresAt: row.expires_at,
    decidedAt: row.decided_at,
    endedAt: row.ended_at,
    nextReadAt: row.next_read_at,
    changedAt: row.changed_at,
    reads: row.reads,
    unansweredAt: row.unanswered_at,
    notFoundAt: row.not_found_at,
  };
}
