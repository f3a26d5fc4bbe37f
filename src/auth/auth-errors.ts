import { DomainError } from '../common/domain-error.ts';

export class TokenRefusedError extends DomainError {
  readonly kind = 'unauthenticated';
  readonly code = 'auth.token_invalid';
  readonly title = 'A valid bearer token is required';
}

export class ScopeMissingError extends DomainError {
  readonly kind = 'forbidden';
  readonly code = 'auth.scope_missing';
  readonly title = 'The token lacks the required scope';
}

/** Without the issuer's keys, the gateway cannot verify any token. The client may retry. */
export class KeysUnavailableError extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'auth.keys_unavailable';
  readonly title = 'Tokens cannot be verified at the moment';
  override readonly retryAfterSeconds = 5;
}
