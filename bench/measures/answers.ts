import type { LoadReport } from '../load/orders.ts';

/** @throws Error if a request got another status or no response */
export function requireAllAnswered(
  contender: string,
  { statuses }: LoadReport,
  status: '200' | '401',
  count: number,
): void {
  if (statuses[status] !== count || Object.keys(statuses).length > 1) {
    throw new Error(`${contender} answered ${JSON.stringify(statuses)} to ${count} requests, not ${status}`);
  }
}
