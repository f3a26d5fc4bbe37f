import type { TokenSource } from '../../api/gateway.ts';

/**
 * Calls that are refused at the same time share one new token, and a call that comes late finds it there.
 *
 * @param keep is given every new token
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
    renew(refused) {
      if (refused !== token) return Promise.resolve(token);
      renewal ??= renewed();
      return renewal;
    },
  };
}
