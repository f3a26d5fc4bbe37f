import { ApiProblem } from '../provider/problem.ts';

/** `{error: {type, message, fields}}` (Onfido API reference v3.6, "Error object"). */
export function problem(
  status: number,
  type: string,
  message: string,
  fields: Record<string, string[]> = {},
): ApiProblem {
  return new ApiProblem(status, message, { error: { type, message, fields } });
}

export const invalid = (fields: Record<string, string[]>) =>
  problem(422, 'validation_error', 'There was a validation error on this request', fields);

export const notFound = () => problem(404, 'resource_not_found', 'Could not find the requested resource');

/** The error for data of an applicant whose deletion was requested. */
export const gone = () => problem(410, 'gone', 'The requested resource has been deleted');
