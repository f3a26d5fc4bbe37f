import { sqlState } from '../common/database-failure.ts';
import { DomainError } from '../common/domain-error.ts';

/** The token's `sub`, or the id in the path, names no row of `users`. */
export class UnknownUserError extends DomainError {
  readonly kind = 'not_found';
  readonly code = 'user.unknown';
  readonly title = 'This user does not exist';
}

/** PostgreSQL accepted an UPDATE of `users` and changed fewer rows than the gateway has users for. */
export class UserNotWrittenError extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'user.not_written';
  readonly title = 'The status of the user cannot be stored at the moment';
  override readonly retryAfterSeconds = 30;

  constructor(written: number, expected: number) {
    super(
      `only ${written} of ${expected} rows of users could be written. Likely causes: row-level security hides rows ` +
        `from the role of DATABASE_URL, or a trigger of the table suppresses the update`,
    );
  }
}

/** invalid_text_representation, numeric_value_out_of_range, character_not_in_repertoire (NUL). */
const INVALID_ID = ['22P02', '22003', '22021'];

/** Translates PostgreSQL's error for an id that the type of the column cannot hold (`abc` for a uuid). */
export async function orUnknownUser<T>(query: Promise<T>): Promise<T> {
  try {
    return await query;
  } catch (error) {
    if (INVALID_ID.includes(sqlState(error) ?? '')) {
      throw new UnknownUserError('the id does not fit the type of users.id', { cause: error });
    }
    throw error;
  }
}
