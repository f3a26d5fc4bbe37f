import { approvalOf, numbersOf, WEBHOOK_PATH } from '../webhooks.ts';
import type { Traffic } from './orders.ts';

/** A request that is built and signed before the clock starts. */
export interface PreparedRequest {
  method: 'POST' | 'GET';
  path: string;
  headers: Record<string, string>;
  body?: Buffer;
  /** The key of its event, if it has one. */
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
  if (traffic.kind === 'starts') return traffic.tokens.map(startOf);
  if (traffic.kind === 'plain') {
    const { path } = traffic;
    return Array.from({ length: traffic.count }, () => ({
      method: 'GET',
      path,
      headers: {},
      eventKey: null,
    }));
  }
  const { users, secret } = traffic;
  return numbersOf(users).map((user) => {
    const { eventKey, headers, body } = approvalOf(user, secret);
    return { method: 'POST', path: WEBHOOK_PATH, headers, body, eventKey };
  });
}

export function startOf(token: string): PreparedRequest {
  return {
    method: 'POST',
    path: '/api/kyc/start-verification',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: Buffer.from('{}'),
    eventKey: null,
  };
}
