import type { TokenSource } from '../../api/gateway.ts';

/**
 * Calls whose token is rejected at the same time share one new token. If the old token is rejected again later, the
 * new one is reused.
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
