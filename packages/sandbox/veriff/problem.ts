import { ApiProblem } from '../provider/problem.ts';

/**
 * `{status: "fail", code, message}`, where the code is a string of four digits (devdocs.veriff.com, "Some troubleshooting
 * codes"), or null if no code is documented. The HTTP statuses are not documented: 400 for faulty requests, 401 for
 * faulty credentials, 404 for an unknown session.
 */
export function problem(status: number, code: string | null, message: string): ApiProblem {
  return new ApiProblem(status, message, { status: 'fail', ...(code !== null && { code }), message });
}
