import type { UserEntity } from '../../users/user.entity.js';
import type { Phase } from '../domain/session-state.js';
import { AlreadyVerifiedError, InReviewError } from '../kyc-errors.js';
import type { KycSessionEntity } from './kyc-session.entity.js';

/** A session that the provider knows. */
export type SessionRow = KycSessionEntity & { providerSessionId: string; phase: Phase };

/** The one of his attempts that decides the user's status. */
export function currentOf(user: UserEntity, attempts: readonly KycSessionEntity[]): SessionRow | null {
  return attempts.find((attempt) => isCurrent(attempt, user)) ?? null;
}

/** @throws AlreadyVerifiedError or InReviewError where nothing can be started now */
export function refuseIfDecided(user: UserEntity, current: KycSessionEntity | null): void {
  if (user.kycStatus === 'verified') throw new AlreadyVerifiedError('the user is verified');
  if (current?.phase === 'submitted' || current?.phase === 'in_review') {
    throw new InReviewError(`the current session is ${current.phase}`);
  }
}

function isCurrent(attempt: KycSessionEntity, user: UserEntity): attempt is SessionRow {
  return (
    attempt.providerSessionId !== null &&
    attempt.providerSessionId === user.kycSessionId &&
    attempt.provider === user.kycProvider
  );
}
