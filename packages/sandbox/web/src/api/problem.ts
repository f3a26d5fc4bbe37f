import type { components } from './schema.d.ts';

/** Why a call did not do what was asked: the gateway's stable code, or one of the page's own (`app.…`). */
export interface Problem {
  code: string;
  /** 0: there was no answer at all. */
  status: number;
  /** The same call may succeed after that long. */
  retryAfterSeconds: number | null;
}

export type Outcome<T> = { ok: true; value: T } | { ok: false; problem: Problem };

export const UNREACHABLE: Problem = { code: 'app.unreachable', status: 0, retryAfterSeconds: null };

/** From an answer that is not a success. A proxy in between may have answered something else than a problem. */
export function problemOf(response: Response, body: unknown): Problem {
  return {
    code: isProblemAnswer(body) ? body.code : 'app.unexpected_answer',
    status: response.status,
    retryAfterSeconds: readSeconds(response.headers.get('retry-after')),
  };
}

function isProblemAnswer(body: unknown): body is components['schemas']['ProblemResponse'] {
  return typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string';
}

/** The gateway sends seconds, never a date. */
function readSeconds(header: string | null): number | null {
  return header !== null && /^\d+$/.test(header) ? Number(header) : null;
}
