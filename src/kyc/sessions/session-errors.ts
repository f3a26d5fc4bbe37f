import { DomainError } from '../../common/domain-error.ts';

export class AlreadyVerifiedError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'kyc.already_verified';
  readonly title = 'This user is already verified';
}

/** The user has submitted everything. Another session would only cost money. */
export class InReviewError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'kyc.in_review';
  readonly title = 'The provider is reviewing the verification. A new one cannot be started now';
}

/** The reason of the rejection allows no other attempt. An operator can decide on another reason. */
export class RetryNotAllowedError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'kyc.retry_not_allowed';
  readonly title = 'This user cannot start another verification. Please contact support';
}

export class StartInProgressError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'kyc.start_in_progress';
  readonly title = 'A verification is already being started';
  override readonly retryAfterSeconds = 1;
}

/** The provider reopened the user's current attempt while another one was being started. The next start resumes it. */
export class AttemptReopenedError extends StartInProgressError {}
