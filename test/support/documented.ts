import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PATIENCE_MS, type RawAnswer } from './fuzzing.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(ROOT + path, 'utf8');

interface Operations {
  paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
}

export interface Route {
  method: string;
  path: string;
  /** The documented statuses of the route. */
  statuses: readonly number[];
}

/** The value of every path parameter. */
const UNKNOWN_USER = '00000000-0000-4000-8000-000000000000';
const { paths } = JSON.parse(read('docs/openapi.json')) as Operations;

/** Every route: those of the OpenAPI document, and three routes for operators that it does not contain. */
export const ROUTES: readonly Route[] = [
  ...Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { responses }]) => ({
      method: method.toUpperCase(),
      path: path.replaceAll(/\{\w+\}/g, UNKNOWN_USER),
      statuses: Object.keys(responses).map(Number),
    })),
  ),
  { method: 'GET', path: '/health/live', statuses: [200] },
  { method: 'GET', path: '/health/ready', statuses: [200] },
  { method: 'GET', path: '/metrics', statuses: [200] },
];

const STATUS_OF_CODE = new Map(
  [...read('docs/problems.md').matchAll(/^\| `([^`]+)`\s+\| (\d{3})\s+\|/gm)].map(
    ([, code = '', status]) => [code, Number(status)] as const,
  ),
);
const MEMBERS = ['code', 'errors', 'status', 'title', 'type'];

/**
 * Returns a complaint for each deviation from the documentation: the response must arrive in time, have an allowed
 * status, and be a documented problem unless it is a success. PostgreSQL and the providers are available, so 500,
 * 502 and 503 are not allowed. The response must not repeat `marker`, which the request contains.
 */
export function complaintsAbout(answer: RawAnswer, statuses: readonly number[], marker: string): string[] {
  const { status, ms, text } = answer;
  const complaints: string[] = [];
  if (ms > PATIENCE_MS) complaints.push(`no answer within ${PATIENCE_MS} ms`);
  if (!statuses.includes(status)) complaints.push(`${status} is none of ${statuses.join(', ')}`);
  if (status >= 500) complaints.push(`${status}, though everything works`);
  if (text.toLowerCase().includes(marker.toLowerCase())) complaints.push('repeats what was sent');
  if (status >= 400) complaints.push(...complaintsAboutProblem(answer));
  return complaints.length === 0 ? [] : [...complaints, text.slice(0, 1_000)];
}

/** The statuses that Node.js itself sends, without a body, to requests that its parser rejects. */
const BARE_STATUSES = [400, 408, 413, 417, 431];

function complaintsAboutProblem({ status, headers, body }: RawAnswer): string[] {
  const isBare = headers['content-type'] === undefined && /^(0\r\n\r\n)?$/.test(body);
  if (isBare && BARE_STATUSES.includes(status)) return [];
  if (headers['content-type']?.startsWith('application/problem+json') !== true) {
    return [`${String(headers['content-type'])} where application/problem+json belongs`];
  }
  // A response to HEAD has no body.
  if (body === '') return [];
  const problem = JSON.parse(body) as Record<string, unknown>;
  const code = String(problem['code']);
  return [
    ...(STATUS_OF_CODE.get(code) === status ? [] : [`${code} is not documented with ${status}`]),
    ...(problem['type'] === `urn:problem:kyc:${code}` ? [] : ['another type than its code says']),
    ...Object.keys(problem)
      .filter((member) => !MEMBERS.includes(member))
      .map((member) => `has ${member}`),
    ...(body.length > 2_000 ? ['is longer than a problem need be'] : []),
  ];
}
