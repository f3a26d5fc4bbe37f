import type { LockedUser } from '../../users/user.repository.ts';
import { nextAfterRejection } from '../domain/rejection-reason.ts';
import { type Attempt, isOpened, type OpenedAttempt } from '../store/attempt.ts';
import { AlreadyVerifiedError, InReviewError, RetryNotAllowedError } from './session-errors.ts';

export function currentAttempt(user: LockedUser, attempts: readonly Attempt[]): OpenedAttempt | null {
  const current = attempts
    .filter(isOpened)
    .find(
      ({ provider, providerSessionId }) =>
        provider === user.kycProvider && providerSessionId === user.kycSessionId,
    );
  return current ?? null;
}

/** @throws AlreadyVerifiedError, InReviewError or RetryNotAllowedError if the current attempt allows no new session */
export function rejectIfDecided(user: LockedUser, current: Attempt | null): void {
  if (user.kycStatus === 'verified') throw new AlreadyVerifiedError('the user is verified');
  if (current?.phase === 'submitted' || current?.phase === 'in_review') {
    throw new InReviewError(`the current session is ${current.phase}`);
  }
  if (user.kycStatus === 'rejected' && nextAfterRejection(current?.reason ?? null) === 'contact_support') {
    throw new RetryNotAllowedError(`the user is rejected for ${current?.reason}`);
  }
}
