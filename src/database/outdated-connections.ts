import type { Pool } from 'pg';
import { StallTimeoutClient } from './stall-timeout.client.ts';

/**
 * Makes the pool close each connection with an earlier login when it is released. Returns a function that also closes
 * the idle ones. Call that function after a change of the login.
 */
export function closeOutdated(pool: Pool): () => Promise<void> {
  pool.on('release', (_error, client) => {
    // The pool keeps no connection that has begun to end.
    if (client instanceof StallTimeoutClient && client.isOutdated) void client.end();
  });
  return async () => {
    const uses = Array.from({ length: pool.idleCount }, async () => (await pool.connect()).release());
    await Promise.allSettled(uses);
  };
}
