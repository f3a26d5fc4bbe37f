import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from './databases.ts';

/** By application name of the connection. */
export type ConnectionCounts = Record<string, number>;

const EACH_MS = 10;

/** Polls the number of gateway connections to the database. */
export function watchConnections(database: Database): {
  readonly most: ConnectionCounts;
  /** @throws Error if polling failed */
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
  // stop() reports the error.
  watching.catch(() => undefined);
  return {
    most,
    async stop() {
      state.isOver = true;
      await watching;
    },
  };
}
