/** The messages between the benchmark and the load generator process. */
import type { Users } from '../webhooks.ts';

/** The requests to send. Users are numbered as in webhooks.ts, and each user of an order is used about once. */
export type Traffic =
  | { kind: 'approvals'; secret: string; users: Users }
  | { kind: 'status'; tokens: readonly string[]; count: number }
  /** Each user starts a verification once. */
  | { kind: 'starts'; tokens: readonly string[] }
  | { kind: 'plain'; path: string; count: number };

/** As fast as possible on a number of connections. Each sends its next request after a response. */
export interface SaturateOrder {
  how: 'saturate';
  url: string;
  traffic: Traffic;
  connections: number;
}

/** A fixed number per second. A slow response does not delay the next request. */
export interface PaceOrder {
  how: 'pace';
  url: string;
  traffic: Traffic;
  perSecond: number;
}

/** All at once, each on its own connection. */
export interface BurstOrder {
  how: 'burst';
  url: string;
  traffic: Traffic;
}

export type Order = SaturateOrder | PaceOrder | BurstOrder;

export interface LoadReport {
  /** The number of responses per status. `none` counts missing responses. */
  statuses: Record<string, number>;
  /** From the first request to the last response. */
  seconds: number;
  latencyMs: { p50: number; p99: number };
  /** The acknowledged events, with the time in epoch milliseconds. */
  acknowledged: { eventKey: string; at: number }[];
}
