import { DomainError } from '../common/domain-error.ts';

export class AlreadyVerifiedError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'kyc.already_verified';
  readonly title = 'The user is verified already';
}

/** The user has done his part; starting again would only cost money. */
export class InReviewError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'kyc.in_review';
  readonly title = 'The verification is with the provider: nothing can be started now';
}

/** Another request of the same user is opening a session right now. */
export class StartInProgressError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'kyc.start_in_progress';
  readonly title = 'A session is being opened already';
  override readonly retryAfterSeconds = 1;
}

export class AttemptsExhaustedError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'kyc.attempts_exhausted';
  readonly title = 'No attempts are left';
}

export class RedirectNotAllowedError extends DomainError {
  readonly kind = 'malformed';
  readonly code = 'kyc.redirect_not_allowed';
  readonly title = 'The redirect_url is not one of the configured ones';
}

/** The delivery is good but could not be made durable: the provider must send it again. */
export class EventNotStoredError extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'webhook.not_stored';
  readonly title = 'The event could not be stored';
  override readonly retryAfterSeconds = 5;
}
