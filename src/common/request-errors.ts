import { DomainError } from './domain-error.ts';

export class RequestInvalidError extends DomainError {
  readonly kind = 'malformed';
  readonly code = 'request.invalid';
  readonly title = 'The request is not valid';

  /** @param problems one sentence for each problem, with field names but never values */
  constructor(override readonly problems: readonly string[]) {
    super(problems.join('; '));
  }
}

export class RateLimitedError extends DomainError {
  readonly kind = 'too_many';
  readonly code = 'request.rate_limited';
  readonly title = 'Too many requests';

  constructor(override readonly retryAfterSeconds: number) {
    super(`Try again in ${retryAfterSeconds} s`);
  }
}

export class DatabaseUnavailableError extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'database.unavailable';
  readonly title = 'The service is temporarily unavailable';
  override readonly retryAfterSeconds = 5;
}

/** Too many large bodies arrive at the same time. */
export class OverloadedError extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'service.overloaded';
  readonly title = 'The service receives too much data at the moment';
  override readonly retryAfterSeconds = 5;

  constructor() {
    super('the bodies that have not arrived completely need too much memory');
  }
}
