import type { EntityManager } from 'typeorm';
import type { LockedUser } from '../../users/users.service.ts';
import type { Phase } from '../domain/session-state.ts';
import { AlreadyVerifiedError, InReviewError } from '../kyc-errors.ts';
import type { AttemptEntity } from '../store/attempt.entity.ts';

/** A session that the provider knows. */
export type SessionRow = AttemptEntity & { providerSessionId: string; phase: Phase };

/** All attempts of a user, whatever became of them. */
export async function attemptsOf(manager: EntityManager, userId: string): Promise<AttemptEntity[]> {
  return manager.query(
    `SELECT id, user_id::text AS "userId", provider, provider_session_id AS "providerSessionId", phase, reason,
            phase_since AS "phaseSince", resume_token AS "resumeToken", redirect_url AS "redirectUrl",
            opened_at AS "openedAt", expires_at AS "expiresAt", decided_at AS "decidedAt", ended_at AS "endedAt",
            changed_at AS "changedAt", next_read_at AS "nextReadAt", reads
     FROM kyc_sessions WHERE user_id = $1`,
    [userId],
  );
}

/** The one of his attempts that decides the user's status. */
export function currentOf(user: LockedUser, attempts: readonly AttemptEntity[]): SessionRow | null {
  return attempts.find((attempt) => isCurrent(attempt, user)) ?? null;
}

/** @throws AlreadyVerifiedError or InReviewError where nothing can be started now */
export function refuseIfDecided(user: LockedUser, current: AttemptEntity | null): void {
  if (user.kycStatus === 'verified') throw new AlreadyVerifiedError('the user is verified');
  if (current?.phase === 'submitted' || current?.phase === 'in_review') {
    throw new InReviewError(`the current session is ${current.phase}`);
  }
}

function isCurrent(attempt: AttemptEntity, user: LockedUser): attempt is SessionRow {
  return (
    attempt.providerSessionId !== null &&
    attempt.providerSessionId === user.kycSessionId &&
    attempt.provider === user.kycProvider
  );
}
