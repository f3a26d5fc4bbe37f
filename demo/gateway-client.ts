export interface GatewayResponse {
  status: number;
  body: Record<string, unknown>;
}

/** The calls that a platform's page makes for a signed-in user. */
export interface GatewayClient {
  start(token: string): Promise<GatewayResponse>;
  /** @param hasReturned the user has just returned from the provider's pages */
  status(token: string, hasReturned?: boolean): Promise<GatewayResponse>;
}

export const WEBHOOK_PATH = '/api/webhooks/kyc-status';
export const START_PATH = '/api/kyc/start-verification';
export const STATUS_PATH = '/api/kyc/status';

const TIMEOUT_MS = 20_000;

export function gatewayClient(url: string): GatewayClient {
  async function call(method: string, path: string, token: string): Promise<GatewayResponse> {
    const answer = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }
  return {
    start: (token) => call('POST', START_PATH, token),
    status: (token, hasReturned = false) =>
      call('GET', hasReturned ? `${STATUS_PATH}?returned=true` : STATUS_PATH, token),
  };
}
