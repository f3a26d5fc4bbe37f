import { DomainError } from '../common/domain-error.ts';

/** No token, or one that we do not accept. What is wrong with it stands in the log only. */
export class TokenRefusedError extends DomainError {
  readonly kind = 'unauthenticated';
  readonly code = 'auth.token_invalid';
  readonly title = 'A valid bearer token is needed';
}

/** The token is good, and does not allow this. */
export class ScopeMissingError extends DomainError {
  readonly kind = 'forbidden';
  readonly code = 'auth.scope_missing';
  readonly title = 'The token does not allow this';
}

/** The issuer's keys cannot be read, so no token can be judged: refused, but not for good. */
export class KeysUnavailableError extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'auth.keys_unavailable';
  readonly title = 'Tokens cannot be checked at the moment';
  override readonly retryAfterSeconds = 5;
}
