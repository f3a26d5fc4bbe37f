import type { components } from './schema.d.ts';

/** Why a call failed: the gateway's stable code, or a code of this page (`app.…`). */
export interface Problem {
  code: string;
  /** 0 if no response arrived. */
  status: number;
  /** The same call can succeed after this delay. */
  retryAfterSeconds: number | null;
}

export type Outcome<T> = { ok: true; value: T } | { ok: false; problem: Problem };

export const UNREACHABLE: Problem = { code: 'app.unreachable', status: 0, retryAfterSeconds: null };

/** Reads an error response. A proxy between the page and the gateway can respond without a problem document. */
export function problemOf(response: Response, body: unknown): Problem {
  return {
    code: isProblemResponse(body) ? body.code : 'app.unexpected_answer',
    status: response.status,
    retryAfterSeconds: readSeconds(response.headers.get('retry-after')),
  };
}

function isProblemResponse(body: unknown): body is components['schemas']['ProblemResponse'] {
  return typeof body === 'object' && body !== null && 'code' in body && typeof body.code === 'string';
}

/** The gateway sends seconds, not a date. */
function readSeconds(header: string | null): number | null {
  return header !== null && /^\d+$/.test(header) ? Number(header) : null;
}
