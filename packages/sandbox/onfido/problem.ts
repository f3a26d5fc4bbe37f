/**
 * An error in Onfido's shape: `{error: {type, message, fields}}` (Onfido API reference v3.6, "Error object").
 */
export class OnfidoProblem extends Error {
  readonly status: number;
  readonly type: string;
  readonly fields: Record<string, string[]>;

  constructor(status: number, type: string, message: string, fields: Record<string, string[]> = {}) {
    super(message);
    this.name = 'OnfidoProblem';
    this.status = status;
    this.type = type;
    this.fields = fields;
  }

  get body(): unknown {
    return { error: { type: this.type, message: this.message, fields: this.fields } };
  }
}

export const invalid = (fields: Record<string, string[]>) =>
  new OnfidoProblem(422, 'validation_error', 'There was a validation error on this request', fields);

export const notFound = () =>
  new OnfidoProblem(404, 'resource_not_found', 'Could not find the requested resource');

/** The error for data of an applicant whose deletion was requested. */
export const gone = () => new OnfidoProblem(410, 'gone', 'The requested resource has been deleted');

/** Onfido sends no retry header. */
export const RATE_LIMITED = new OnfidoProblem(429, 'rate_limit', 'The rate limit has been reached');
