/**
 * An error with Veriff's code: `{status: "fail", code, message}`, where the code is a string of four digits
 * (devdocs.veriff.com, "Some troubleshooting codes"). The HTTP statuses are not documented: 400
 * for faulty requests, 401 for faulty credentials, 404 for an unknown session.
 */
export class VeriffProblem extends Error {
  readonly status: number;
  /** Null if no code is documented. */
  readonly code: string | null;

  constructor(status: number, code: string | null, message: string) {
    super(message);
    this.name = 'VeriffProblem';
    this.status = status;
    this.code = code;
  }
}
