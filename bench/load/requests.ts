import { approvalOf, WEBHOOK_PATH } from '../webhooks.ts';
import type { Traffic } from './orders.ts';

/** A request that is ready to be sent: built and signed before the clock starts. */
export interface PreparedRequest {
  method: 'POST' | 'GET';
  path: string;
  headers: Record<string, string>;
  body?: Buffer;
  /** The event that it carries, if it does. */
  eventKey: string | null;
}

export function prepare(traffic: Traffic): PreparedRequest[] {
  if (traffic.kind === 'status') {
    return Array.from({ length: traffic.count }, (_, index) => ({
      method: 'GET',
      path: '/api/kyc/status',
      headers: { authorization: `Bearer ${traffic.tokens[index % traffic.tokens.length]}` },
      eventKey: null,
    }));
  }
  const { users, secret } = traffic;
  return Array.from({ length: users.count }, (_, index) => {
    const { eventKey, headers, body } = approvalOf(users.from + index, secret);
    return { method: 'POST', path: WEBHOOK_PATH, headers, body, eventKey };
  });
}
