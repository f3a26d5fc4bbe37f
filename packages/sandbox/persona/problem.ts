import { ApiProblem } from '../provider/problem.ts';

/** `{errors: [{title, details}]}`, with `details` in the plural, unlike JSON:API (Persona API reference, "Errors"). */
export function problem(status: number, title: string, details?: string): ApiProblem {
  const error = details === undefined ? { title } : { title, details };
  return new ApiProblem(status, details ?? title, { errors: [error] });
}

export const badRequest = (details: string) => problem(400, 'Bad Request', details);
export const conflict = (details: string) => problem(409, 'Conflict', details);
export const notFound = () => problem(404, 'Record not found');
