import { DomainError } from '../../common/domain-error.ts';

/** The header is there and holds no key. */
export class IdempotencyKeyInvalidError extends DomainError {
  readonly kind = 'malformed';
  readonly code = 'request.idempotency_key_invalid';
  readonly title = 'The Idempotency-Key is not valid';
}

/** The key stands for another request already. */
export class IdempotencyKeyReusedError extends DomainError {
  readonly kind = 'contradictory';
  readonly code = 'request.idempotency_key_reused';
  readonly title = 'The Idempotency-Key was used for another request';
}

/** The first request with this key has no answer yet. */
export class IdempotencyKeyInUseError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'request.idempotency_key_in_use';
  readonly title = 'The first request with this Idempotency-Key is still running';
  override readonly retryAfterSeconds = 1;
}
