import type { EntityManager } from 'typeorm';
import { pipeline } from './pipeline.ts';

/**
 * Makes the rest of the manager's transaction use generic plans with indexes. The statements of the inbox find their
 * rows by key, so one plan fits all values. Planning them only once per connection halves their time. Without this
 * setting, PostgreSQL may keep a plan that scans a table, because the table was small at the time of planning. No
 * statement of the inbox runs long enough to pay for JIT compilation. Call it in the same pipeline as the transaction's
 * first statements, so that it costs no round trip.
 */
export async function useIndexPlans(manager: EntityManager): Promise<void> {
  await manager.query(
    'SET LOCAL plan_cache_mode = force_generic_plan; SET LOCAL enable_seqscan = off; SET LOCAL jit = off',
  );
}

/**
 * Runs a statement whose plan may not sort. If it asks for the order of an index, PostgreSQL uses that index even if the
 * tables were empty at the time of planning, when all indexes look equally good. Only the plan of this statement is
 * affected, so the statement must return its rows in that order. Call it in the transaction of `useIndexPlans`.
 */
export async function inIndexOrder<T>(manager: EntityManager, query: () => Promise<T>): Promise<T> {
  const [, result] = await pipeline(
    manager.query('SET LOCAL enable_sort = off'),
    query(),
    manager.query('SET LOCAL enable_sort TO DEFAULT'),
  );
  return result;
}
