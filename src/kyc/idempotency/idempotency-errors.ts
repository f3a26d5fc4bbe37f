import { DomainError } from '../../common/domain-error.ts';

export class IdempotencyKeyInvalidError extends DomainError {
  readonly kind = 'malformed';
  readonly code = 'request.idempotency_key_invalid';
  readonly title = 'The Idempotency-Key is not valid';
}

export class IdempotencyKeyReusedError extends DomainError {
  readonly kind = 'contradictory';
  readonly code = 'request.idempotency_key_reused';
  readonly title = 'The Idempotency-Key was already used for a different request';
}

export class IdempotencyKeyInUseError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'request.idempotency_key_in_use';
  readonly title = 'The first request with this Idempotency-Key is still running';
  override readonly retryAfterSeconds = 1;
}
