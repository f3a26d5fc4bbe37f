import { isDeepStrictEqual } from 'node:util';
import type { Answer } from './emulator.ts';
import { ApiProblem } from './problem.ts';

export interface KeyedCall {
  path: string;
  /** Null if the request has no key. */
  key: string | null;
  body: unknown;
}

/**
 * Stores the first response to an idempotency key, also a 4xx or 500, and repeats it. The same key with other parameters
 * is a conflict. Responses that are made before this layer are not stored: 401, 429, and the 502 to 504 of a proxy.
 */
export function createIdempotencyLayer(conflict: ApiProblem): {
  answer(call: KeyedCall, work: () => Answer): Answer;
  keep(call: KeyedCall, answer: Answer): void;
} {
  const kept = new Map<string, { path: string; body: unknown; answer: Answer }>();

  function keep(call: KeyedCall, answer: Answer): void {
    if (call.key === null || kept.has(call.key) || isFromTheFront(answer.status)) return;
    kept.set(call.key, { path: call.path, body: call.body, answer });
  }

  return {
    keep,
    answer(call, work) {
      const earlier = call.key === null ? undefined : kept.get(call.key);
      if (earlier !== undefined) {
        if (earlier.path !== call.path || !isDeepStrictEqual(earlier.body, call.body)) throw conflict;
        return earlier.answer;
      }
      const answer = answerOf(work);
      keep(call, answer);
      return answer;
    },
  };
}

function isFromTheFront(status: number): boolean {
  return status === 401 || status === 408 || status === 429 || status > 500;
}

function answerOf(work: () => Answer): Answer {
  try {
    return work();
  } catch (error) {
    if (error instanceof ApiProblem) return { status: error.status, body: error.body };
    throw error;
  }
}
