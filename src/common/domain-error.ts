import type { ProblemCode } from './problem-codes.ts';

/** The problem filter derives the HTTP status from the kind of failure. No other code knows HTTP statuses. */
export type ErrorKind =
  | 'malformed'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'contradictory'
  | 'too_many'
  | 'refused_upstream'
  | 'unavailable';

/** The base class of all expected errors. The client receives `code`, `title` and `problems`; the message is for the log. */
export abstract class DomainError extends Error {
  abstract readonly kind: ErrorKind;
  abstract readonly code: ProblemCode;
  abstract readonly title: string;
  readonly retryAfterSeconds?: number;

  /** One sentence for each mistake. The client receives these sentences. */
  readonly problems?: readonly string[];

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}
