import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from './databases.ts';

/** By the name under which the gateway opened them. */
export type ConnectionCounts = Record<string, number>;

const EACH_MS = 10;

/** Looks, over and over, at how many connections gateways have to that database. */
export function watchConnections(database: Database): {
  readonly most: ConnectionCounts;
  /** @throws Error where it could not look */
  stop(): Promise<void>;
} {
  const most: ConnectionCounts = {};
  const state = { isOver: false };

  async function watch(): Promise<void> {
    while (!state.isOver) {
      const found = await database.query<{ name: string; count: number }>(
        `SELECT application_name AS name, count(*)::int AS count FROM pg_stat_activity
         WHERE datname = current_database() AND application_name LIKE 'kyc-gateway%' GROUP BY 1`,
      );
      for (const { name, count } of found) most[name] = Math.max(most[name] ?? 0, count);
      await pause(EACH_MS);
    }
  }

  const watching = watch();
  // Told by stop(), and not before.
  watching.catch(() => undefined);
  return {
    most,
    async stop() {
      state.isOver = true;
      await watching;
    },
  };
}
