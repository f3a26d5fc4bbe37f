import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { PgBoss } from 'pg-boss';
import type { Secrets } from '../config/secrets.ts';
import { closeOutdated } from '../database/outdated-connections.ts';

const RETRY_MS = 1_000;

type Listen = (...options: unknown[]) => Promise<{ close(): Promise<void> }>;

/** The parts of pg-boss's connection that its types do not contain. The test of rotated logins notices if one moves. */
interface Db {
  config: object;
  pool: Pool;
  listen: Listen;
}

/**
 * pg-boss copies its options and keeps the connection of its listener, so that a new login would not reach it. Call
 * this before the start of pg-boss, and the returned function after it.
 */
export function followLogin(boss: PgBoss, secrets: Secrets): () => void {
  const db = boss.getDb() as unknown as Db;
  const url = () => secrets.current.database.url;
  Object.defineProperty(db.config, 'connectionString', { enumerable: true, get: url });
  const listen = db.listen.bind(db);
  db.listen = async (...options) => {
    let handle = await listen(...options);
    let isClosed = false;
    /** Connects first and closes the old connection then, so that no announcement of a job is lost. */
    async function renew(): Promise<void> {
      if (isClosed) return;
      const next = await listen(...options).catch(() => null);
      if (next === null) {
        await pause(RETRY_MS, undefined, { ref: false });
        return renew();
      }
      const outdated = isClosed ? next : handle;
      if (!isClosed) handle = next;
      return outdated.close();
    }
    secrets.watch(url, () => void renew());
    return {
      close: () => {
        isClosed = true;
        return handle.close();
      },
    };
  };
  return () => {
    const closeIdle = closeOutdated(db.pool);
    secrets.watch(url, () => void closeIdle());
  };
}
