import { DomainError } from '../common/domain-error.ts';

/** What is entered by hand is entered of a session, and the user never had one. */
export class NoSessionError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'kyc.no_session';
  readonly title = 'The user has no session';
}

/** No mail belongs to where the user stands. */
export class NothingToTellError extends DomainError {
  readonly kind = 'conflict';
  readonly code = 'kyc.nothing_to_tell';
  readonly title = 'There is nothing to tell the user';
}
