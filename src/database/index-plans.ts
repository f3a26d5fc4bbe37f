import type { EntityManager } from 'typeorm';

/**
 * Makes the rest of the manager's transaction run on generic plans that use indexes. The statements of the inbox find
 * their rows by key, so one plan fits all values: planning them once per connection halves their time. Without this,
 * PostgreSQL may keep a plan that scans a table because the table was small when the statement was planned. No
 * statement of the inbox runs long enough to pay for JIT compilation.
 *
 * Send it in the same pipeline as the transaction's first statements, so that it costs no round trip.
 */
export async function useIndexPlans(manager: EntityManager): Promise<void> {
  await manager.query(
    'SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off; SET LOCAL jit = off',
  );
}
