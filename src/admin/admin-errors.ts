import { DomainError } from '../common/domain-error.ts';

/** An override is an event of an attempt, and this user has none. */
export class NoSessionError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'kyc.no_session';
  readonly title = 'This user has no verification session';
}

export class NothingToTellError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'kyc.nothing_to_tell';
  readonly title = "No mail belongs to the user's current status";
}
