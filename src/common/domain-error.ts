/**
 * What went wrong, in terms the problem filter can translate to an HTTP status. Nothing but that filter knows
 * the statuses.
 */
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

/** The one base class: a situation with a stable `code` (`feature.situation`, listed in docs/problems.md). */
export abstract class DomainError extends Error {
  abstract readonly kind: ErrorKind;
  abstract readonly code: string;
  abstract readonly title: string;
  /** Seconds after which the caller may try again, where that is known. */
  readonly retryAfterSeconds?: number;

  /** What exactly is wrong, one sentence each, fit for the caller. */
  readonly problems?: readonly string[];

  /** Without a stack: a refusal is an answer, and where it was made is nowhere told. Under forged webhooks, the stacks took a twelfth of the time. */
  constructor(message: string, options?: ErrorOptions) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(message, options);
    Error.stackTraceLimit = stackTraceLimit;
    this.name = new.target.name;
  }
}
