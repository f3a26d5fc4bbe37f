import { DomainError } from '../../common/domain-error.ts';

export class IdempotencyKeyInvalidError extends DomainError {
  readonly kind = 'malformed';
  readonly code = 'request.idempotency_key_invalid';
  readonly title = 'The Idempotency-Key is not valid';
}

/** The key belongs to a request with another payload. */
export class IdempotencyKeyReusedError extends DomainError {
  readonly kind = 'contradictory';
  readonly code = 'request.idempotency_key_reused';
  readonly title = 'The Idempotency-Key was already used for a different request';
}

/** The first request with this key has no response yet. */
export class IdempotencyKeyInUseError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'request.idempotency_key_in_use';
  readonly title = 'The first request with this Idempotency-Key is still running';
  override readonly retryAfterSeconds = 1;
}
