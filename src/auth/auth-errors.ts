import { DomainError } from '../common/domain-error.ts';

/** The token is missing or not valid. Only the log says why. */
export class TokenRefusedError extends DomainError {
  readonly kind = 'unauthenticated';
  readonly code = 'auth.token_invalid';
  readonly title = 'A valid bearer token is required';
}

/** The token is valid but lacks the required scope. */
export class ScopeMissingError extends DomainError {
  readonly kind = 'forbidden';
  readonly code = 'auth.scope_missing';
  readonly title = 'The token lacks the required scope';
}

/** The issuer's keys cannot be read, so no token can be verified. The client may retry. */
export class KeysUnavailableError extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'auth.keys_unavailable';
  readonly title = 'Tokens cannot be verified at the moment';
  override readonly retryAfterSeconds = 5;
}
