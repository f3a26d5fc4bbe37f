/** What the load generator is told to do, and what it tells when it is done: between its process and the bench. */
import type { Users } from '../webhooks.ts';

/** What is sent. Users are numbered as in webhooks.ts, and those of one order are sent about once each. */
export type Traffic =
  | { kind: 'approvals'; secret: string; users: Users }
  | { kind: 'status'; tokens: readonly string[]; count: number }
  /** Each user asks once to be verified. */
  | { kind: 'starts'; tokens: readonly string[] }
  | { kind: 'plain'; path: string; count: number };

/** As fast as so many connections can, each sending its next request when it has its answer. */
export interface SaturateOrder {
  how: 'saturate';
  url: string;
  traffic: Traffic;
  connections: number;
}

/** So many a second, whether answers come or not: nobody's slowness holds the next request back. */
export interface PaceOrder {
  how: 'pace';
  url: string;
  traffic: Traffic;
  perSecond: number;
}

/** All at the same time, each on a connection of its own. */
export interface BurstOrder {
  how: 'burst';
  url: string;
  traffic: Traffic;
}

export type Order = SaturateOrder | PaceOrder | BurstOrder;

export interface LoadReport {
  /** How often each status was answered; `none` where there was no answer. */
  statuses: Record<string, number>;
  /** From the first request to the last answer. */
  seconds: number;
  latencyMs: { p50: number; p99: number };
  /** The events that were answered 200, and when, in milliseconds of the epoch. */
  acknowledged: { eventKey: string; at: number }[];
}
