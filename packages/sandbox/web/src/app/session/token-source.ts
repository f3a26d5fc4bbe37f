import type { TokenSource } from '../../api/gateway.ts';

/**
 * Calls that are rejected at the same time share one new token. A later rejection of the old token reuses it.
 *
 * @param keep receives every new token
 */
export function createTokenSource(
  first: string,
  issue: () => Promise<string>,
  keep: (token: string) => void,
): TokenSource {
  let token = first;
  let renewal: Promise<string> | null = null;

  async function renewed(): Promise<string> {
    try {
      token = await issue();
      keep(token);
      return token;
    } finally {
      renewal = null;
    }
  }

  return {
    current: () => token,
    renew(rejected) {
      if (rejected !== token) return Promise.resolve(token);
      renewal ??= renewed();
      return renewal;
    },
  };
}
