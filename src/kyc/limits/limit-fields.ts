/** An item of `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers): so many requests in so many seconds. */
export function policyItem(policy: { name: string; limit: number; periodSeconds: number }): string {
  return `"${policy.name}";q=${policy.limit};w=${policy.periodSeconds}`;
}

/** An item of `RateLimit`: how many are left, and for how many seconds they must do. */
export function stateItem(state: { name: string; remaining: number; resetSeconds: number }): string {
  return `"${state.name}";r=${state.remaining};t=${state.resetSeconds}`;
}

/** For the API document. */
export const LIMIT_HEADERS = {
  'RateLimit-Policy': {
    description: 'Each limit: its requests, and its period in seconds',
    schema: { type: 'string' as const, example: '"start-user";q=10;w=600, "start-address";q=100;w=600' },
  },
  RateLimit: {
    description: 'What is left of each, and the seconds until it is counted anew',
    schema: { type: 'string' as const, example: '"start-user";r=9;t=600, "start-address";r=99;t=600' },
  },
};
