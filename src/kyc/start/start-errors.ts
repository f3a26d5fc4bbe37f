import { DomainError } from '../../common/domain-error.ts';

export class AttemptsExhaustedError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'kyc.attempts_exhausted';
  readonly title = 'This user has no attempts left';
}

export class RedirectNotAllowedError extends DomainError {
  readonly kind = 'malformed';
  readonly code = 'kyc.redirect_not_allowed';
  readonly title = 'This redirect_url is not allowed';
}
