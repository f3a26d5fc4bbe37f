import { randomId } from '../provider/wire.ts';

const PER_MINUTE = 300;

/** The headers of the response to an exhausted budget (same page). */
export const EXHAUSTED = {
  'ratelimit-limit': String(PER_MINUTE),
  'ratelimit-remaining': '0',
  'ratelimit-reset': '30',
};

/**
 * The RateLimit-* headers and ids of every authenticated response (Persona API reference, "Rate limiting"). The budget
 * is counted but not enforced, so that load tests work. A mode or `misbehave` produces 429.
 */
export function createRateLimitHeaders(): () => Record<string, string> {
  const organization = `org_${randomId()}`;
  const environment = `env_${randomId()}`;
  let windowStart = 0;
  let used = 0;

  return () => {
    const now = Date.now();
    if (now - windowStart >= 60_000) {
      windowStart = now;
      used = 0;
    }
    used += 1;
    return {
      'ratelimit-limit': String(PER_MINUTE),
      'ratelimit-remaining': String(Math.max(0, PER_MINUTE - used)),
      'ratelimit-reset': String(Math.ceil((windowStart + 60_000 - now) / 1000)),
      'persona-organization-id': organization,
      'persona-environment-id': environment,
    };
  };
}
