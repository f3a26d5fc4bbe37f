import { randomUUID } from 'node:crypto';
import type { Answer, TestGateway } from './gateway.ts';

/** The columns of kyc_events that describe an operator's action. */
export interface OperatorEntry {
  provider: string;
  provider_session_id: string | null;
  reference: string | null;
  event_key: string;
  outcome: string;
  actor: string;
  note: string | null;
}

/** An operator with a token for the admin API. */
export interface Operator {
  /** The token's `sub`. */
  name: string;
  token: string;
  /** Paths are relative to /api/admin/kyc/users. */
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
  delete(path: string, body?: unknown): Promise<Answer>;
  lateVerdicts(query?: string): Promise<Answer>;
  acceptLateVerdict(eventId: string, body?: unknown): Promise<Answer>;
  /** The operator's ledger entries, oldest first. */
  entries(): Promise<OperatorEntry[]>;
}

export const ADMIN_USERS = '/api/admin/kyc/users';
export const LATE_VERDICTS = '/api/admin/kyc/late-verdicts';

export async function createOperator(
  gateway: TestGateway,
  scope = 'kyc:admin',
  name = `operator-${randomUUID()}`,
): Promise<Operator> {
  const token = await gateway.sandbox.issuer.tokenFor({ sub: name }, { scope });
  const call = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(gateway.url + path, {
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
    get: (path) => call('GET', ADMIN_USERS + path),
    post: (path, body) => call('POST', ADMIN_USERS + path, body),
    delete: (path, body) => call('DELETE', ADMIN_USERS + path, body),
    lateVerdicts: (query = '') => call('GET', LATE_VERDICTS + query),
    acceptLateVerdict: (eventId, body = { reason: 'Compared with the dashboard, ticket 4711' }) =>
      call('POST', `${LATE_VERDICTS}/${eventId}/accept`, body),
    entries: () => gateway.database.query('SELECT * FROM kyc_events WHERE actor = $1 ORDER BY id', [name]),
  };
}
