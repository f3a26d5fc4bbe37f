import { randomUUID } from 'node:crypto';
import type { Answer, TestGateway } from './gateway.ts';

/** A row of kyc_events, as far as it tells of an operator. */
export interface OperatorEntry {
  provider: string;
  provider_session_id: string | null;
  reference: string | null;
  event_key: string;
  outcome: string;
  actor: string;
  note: string | null;
}

/** An operator at work. */
export interface Operator {
  /** The token's `sub`. */
  name: string;
  token: string;
  /** Calls under /api/admin/kyc/users. */
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
  delete(path: string, body?: unknown): Promise<Answer>;
  /** What the ledger says of this operator, the oldest first. */
  entries(): Promise<OperatorEntry[]>;
}

export const ADMIN_USERS = '/api/admin/kyc/users';

export async function createOperator(gateway: TestGateway, scope = 'kyc:admin'): Promise<Operator> {
  const name = `operator-${randomUUID()}`;
  const token = await gateway.sandbox.issuer.tokenFor({ sub: name }, { scope });
  const call = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(gateway.url + ADMIN_USERS + path, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const answer = (await response.json()) as Record<string, unknown>;
    return { status: response.status, headers: response.headers, body: answer };
  };
  return {
    name,
    token,
    get: (path) => call('GET', path),
    post: (path, body) => call('POST', path, body),
    delete: (path, body) => call('DELETE', path, body),
    entries: () => gateway.database.query('SELECT * FROM kyc_events WHERE actor = $1 ORDER BY id', [name]),
  };
}
