import { randomUUID } from 'node:crypto';
import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import type { Misbehavior } from '../../packages/sandbox/sandbox.ts';
import { realNow } from './model-clock.ts';
import type { Step } from './steps.ts';
import { Violation } from './violation.ts';
import type { ModelSession, ModelUser, World } from './world.ts';

/** Far below the lock timeout of the gateway. */
const LONGEST_WAIT_BEHIND_LOCK_MS = 1_500;
export const DOWN: Misbehavior = { status: 503, disconnect: true };

export async function erase(world: World, step: Extract<Step, { step: 'erase' }>): Promise<void> {
  const user = await world.user(step.user);
  const { system } = world;
  if (step.trouble === 'down') for (const name of PROVIDER_NAMES) system.sandbox[name].misbehave(DOWN);
  const sessions = user.isDeleted ? await sessionsWithEvents(world, user) : world.sessionsOf(user);
  const ask = () =>
    step.by === 'operator'
      ? asOperator(world, user, 'DELETE', 'data')
      : world.call('erase', '/api/kyc/data', {
          method: 'DELETE',
          headers: { authorization: `Bearer ${user.token}` },
        });
  const answer = await (step.trouble === 'locked' ? whileLocked(world, user, ask) : ask());
  if (answer.status === 202) user.erasures.push({ step: world.step, sessions });
  if (step.trouble !== 'down') return;
  await system.settle();
  world.restoreProviders();
}

/** The attempts of a user are deleted with the row of `users`, so the gateway knows only what the ledger names. */
async function sessionsWithEvents(world: World, user: ModelUser): Promise<ModelSession[]> {
  const { rows } = await world.system.database.query<{ id: string }>(
    'SELECT provider_session_id AS id FROM kyc_events WHERE reference = $1',
    [user.id],
  );
  const named = new Set(rows.map(({ id }) => id));
  return world.sessionsOf(user).filter(({ id }) => named.has(id));
}

/** Another transaction holds the user's row until a webhook that concerns other users is stored. */
async function whileLocked<T>(world: World, user: ModelUser, ask: () => Promise<T>): Promise<T> {
  const holder = await world.system.database.connect();
  try {
    await holder.query('BEGIN');
    await holder.query('SELECT FROM users WHERE id = $1 FOR UPDATE', [user.id]);
    const asked = ask();
    await world.system.untilLockIsAwaited();
    const begin = realNow();
    await world.deliver({ provider: 'persona', body: otherEvent(world), move: null });
    const ms = realNow() - begin;
    if (ms > LONGEST_WAIT_BEHIND_LOCK_MS && !world.system.wasStarved())
      throw new Violation('waiting', 'a webhook waits for an erasure', { ms });
    await holder.query('COMMIT');
    return await asked;
  } finally {
    await holder.query('ROLLBACK');
    holder.release();
  }
}

/** A signed event that concerns no session of the gateway. */
function otherEvent(world: World): string {
  return JSON.stringify({
    data: {
      type: 'event',
      id: `evt_${randomUUID()}`,
      attributes: {
        name: 'inquiry.started',
        'created-at': world.now().toISOString(),
        payload: {
          data: { type: 'inquiry', id: `inq_${randomUUID()}`, attributes: { 'reference-id': null } },
        },
      },
    },
  });
}

export function asOperator(world: World, user: ModelUser, method: string, action: string, body?: object) {
  const headers = {
    authorization: `Bearer ${world.system.operatorToken}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  return world.call(`operator ${action}`, `/api/admin/kyc/users/${user.id}/${action}`, {
    method,
    headers,
    body: body === undefined ? null : JSON.stringify(body),
  });
}
