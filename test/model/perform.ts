import { randomUUID } from 'node:crypto';
import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import type { Decision, Misbehavior, ProviderName } from '../../packages/sandbox/sandbox.ts';
import { setTimeout as pause } from 'node:timers/promises';
import { realNow } from './model-clock.ts';
import { Violation } from './violation.ts';
import { ADVANCES, type Step } from './steps.ts';
import type { Answer, ModelSession, ModelUser, Move, Webhook, World } from './world.ts';

/** The events of two steps never have the same second, unless the step says so. */
const STEP_MS = 2_000;
/** Far below the lock timeout of the gateway. */
const LONGEST_WAIT_BEHIND_LOCK_MS = 1_500;
const DOWN: Misbehavior = { status: 503, disconnect: true };
const START_TROUBLES = {
  drop: { disconnect: true },
  notFound: { status: 404, body: '{"errors":[{"title":"Not found"}]}' },
  down: DOWN,
  early: { delayMs: 80 },
  crash: { delayMs: 1_500 },
} as const satisfies Record<string, Misbehavior>;

type Of<Kind extends Step['step']> = Extract<Step, { step: Kind }>;

/** Performs one step. Waits until the jobs that it caused have run. */
export async function perform(world: World, step: Step): Promise<void> {
  const { system } = world;
  system.clock.advance(STEP_MS);
  world.answers = [];
  await act(world, step);
  await system.settle();
  for (const webhook of world.collectOwnWebhooks()) await world.deliver(webhook);
  await system.settle();
  world.discoverSessions(step.step === 'start' || step.step === 'together');
}

async function act(world: World, step: Step): Promise<void> {
  const { system } = world;
  switch (step.step) {
    case 'together':
      await Promise.all(step.steps.map((each) => act(world, each)));
      break;
    case 'start':
      await start(world, step);
      break;
    case 'verdict':
      await verdict(world, step);
      break;
    case 'touch':
      await touch(world, await world.user(step.user));
      break;
    case 'check':
      await check(world, await world.user(step.user));
      break;
    case 'deliver':
      await deliverHeld(world, step.which);
      break;
    case 'redeliver': {
      const again = world.delivered.at(step.which % Math.max(1, world.delivered.length));
      if (again !== undefined) await world.deliver(again);
      break;
    }
    case 'advance':
      system.clock.advance(ADVANCES[step.by]);
      break;
    case 'reconcile':
      await asOperator(world, await world.user(step.user), 'POST', 'reconcile');
      break;
    case 'periodic':
      await system.reconcileDue();
      await system.runRetries();
      break;
    case 'retries':
      await system.runRetries();
      break;
    case 'override':
      await asOperator(world, await world.user(step.user), 'POST', 'override', {
        status: step.status,
        reason: 'decided by the model',
      });
      break;
    case 'erase':
      await erase(world, step);
      break;
    case 'changeEmail': {
      const user = await world.user(step.user);
      user.email = `new-${user.email}`;
      await system.database.query('UPDATE users SET email = $2 WHERE id = $1', [user.id, user.email]);
      break;
    }
    case 'deleteUser': {
      const user = await world.user(step.user);
      user.isDeleted = true;
      await system.database.query('DELETE FROM users WHERE id = $1', [user.id]);
      break;
    }
    case 'mailServer':
      world.isMailServerDown = !step.works;
      system.sandbox.mailbox.refuseNext(step.works ? 0 : Number.POSITIVE_INFINITY);
      break;
    case 'provider':
      if (step.works) world.down.delete(step.provider);
      else world.down.add(step.provider);
      world.restoreProviders();
      break;
    case 'retention':
      await system.purge();
      break;
  }
}

async function start(world: World, step: Of<'start'>): Promise<void> {
  const user = await world.user(step.user);
  const { sandbox } = world.system;
  if (step.trouble !== undefined) {
    for (const name of PROVIDER_NAMES) sandbox[name].misbehave(START_TROUBLES[step.trouble]);
  }
  await Promise.all([startAs(world, user, step.provider), whileCreating(world, step)]);
  if (step.trouble !== undefined) world.restoreProviders();
}

export async function startAs(world: World, user: ModelUser, at: ProviderName): Promise<Answer> {
  const headers = { authorization: `Bearer ${user.token}` };
  world.starter = user;
  const answer = await world.call('start', '/api/kyc/start-verification', { method: 'POST', headers }, at);
  if (![200, 201, 409].includes(answer.status)) user.failedStarts += 1;
  return answer;
}

function whileCreating(world: World, { trouble, provider }: Of<'start'>): Promise<void> | undefined {
  if (trouble === 'early') return deliverEarly(world);
  return trouble === 'crash' ? crashOnceCreated(world, provider) : undefined;
}

/** Approves the session that the running start creates, before the provider's response arrives. */
async function deliverEarly(world: World): Promise<void> {
  const deadline = realNow() + 1_000;
  for (;;) {
    const [session] = world.discoverSessions();
    if (session !== undefined) {
      const webhook = await decide(world, session, { outcome: 'approve' }, world.now());
      if (webhook !== null) await world.deliver(webhook);
      return;
    }
    if (realNow() > deadline) return;
    await pause(5);
    if (world.answers.some(({ what }) => what === 'start')) return;
  }
}

/** The replica dies after the provider has created the session, and before it receives the response. */
async function crashOnceCreated(world: World, at: ProviderName): Promise<void> {
  const deadline = realNow() + 1_000;
  while (world.discoverSessions().length === 0 && realNow() < deadline) {
    await pause(5);
    if (world.answers.some(({ what }) => what === 'start')) return;
  }
  await world.system.crash(at);
}

async function verdict(world: World, step: Of<'verdict'>): Promise<void> {
  const session = sessionOf(world, await world.user(step.user), step.older ?? 0);
  if (session === undefined) return;
  const last = session.moves.findLast((move) => move.at !== null)?.at;
  const times = { now: world.now(), same: new Date(last ?? world.now()), future: new Date('2099-01-01') };
  const { outcome, reason } = step;
  const decision = (reason === undefined ? { outcome } : { outcome, reason }) as Decision;
  const webhook = await decide(world, session, decision, times[step.time ?? 'now']);
  if (webhook === null) return;
  if (step.mailFails === true && !world.isMailServerDown) world.system.sandbox.mailbox.refuseNext(1);
  const { delivery = 'now' } = step;
  if (delivery === 'held') world.held.push(webhook);
  else if (delivery !== 'lost') await world.deliver(webhook, delivery === 'twice' ? 2 : 1);
  await world.system.settle();
  if (!world.isMailServerDown) world.system.sandbox.mailbox.refuseNext(0);
}

/** Moves the session at its provider. Returns null if the provider does not make this decision, or sends no webhook. */
async function decide(
  world: World,
  session: ModelSession,
  decision: Decision,
  at: Date,
): Promise<Webhook | null> {
  const provider = world.system.sandbox[session.provider];
  const outcome = OUTCOMES[session.provider]?.[decision.outcome];
  if (outcome === undefined) return null;
  // Onfido's times have no fractions of a second.
  at.setMilliseconds(0);
  const isUndated = session.provider === 'veriff' && UNDATED.has(decision.outcome);
  const move: Move = { outcome, at: isUndated ? null : at, madeAt: world.now(), receivedAt: null };
  try {
    if (session.provider === 'onfido' && ONFIDO_IS_SILENT.has(decision.outcome)) {
      await provider.decide(session.id, decision, { at });
      session.moves.push(move);
      return null;
    }
    const { body } = provider.webhookFor(session.id, decision, { at });
    session.moves.push(move);
    return { provider: session.provider, body, move };
  } catch (error) {
    // The session was erased.
    if (error instanceof Error && error.name === 'UnsupportedDecisionError') return null;
    throw error;
  }
}

const UNDATED: ReadonlySet<string> = new Set(['start', 'submit', 'expire', 'abandon']);
const ONFIDO_IS_SILENT: ReadonlySet<string> = new Set(['submit', 'expire']);
const VERDICTS = { approve: 'approved', decline: 'declined', review: 'in_review' } as const;
/** The decisions that each provider makes, in the words of the ledger. */
const OUTCOMES: Readonly<Record<string, Readonly<Partial<Record<Decision['outcome'], string>>>>> = {
  persona: { ...VERDICTS, start: 'started', submit: 'submitted', fail: 'declined', expire: 'expired' },
  veriff: {
    ...VERDICTS,
    start: 'started',
    submit: 'submitted',
    resubmit: 'resubmission_requested',
    expire: 'expired',
    abandon: 'abandoned',
  },
  onfido: { ...VERDICTS, submit: 'submitted', expire: 'abandoned', abandon: 'abandoned', fail: 'failed' },
};

/** The same verdict again, without a webhook: only the time of the last change moves. */
async function touch(world: World, user: ModelUser): Promise<void> {
  const session = sessionOf(world, user, 0);
  const last = session?.moves.at(-1);
  if (session?.provider !== 'onfido' || last === undefined) return;
  const again = Object.entries(OUTCOMES['onfido'] ?? {}).find(([, outcome]) => outcome === last.outcome)?.[0];
  try {
    const { onfido } = world.system.sandbox;
    const decision = { outcome: again } as Decision;
    if (ONFIDO_IS_SILENT.has(decision.outcome))
      await onfido.decide(session.id, decision, { at: world.now() });
    else onfido.webhookFor(session.id, decision, { at: world.now() });
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'UnsupportedDecisionError') throw error;
  }
}

async function check(world: World, user: ModelUser): Promise<void> {
  const session = sessionOf(world, user, 0);
  const last = session?.moves.at(-1);
  if (session?.provider !== 'onfido' || !['approved', 'declined', 'in_review'].includes(last?.outcome ?? ''))
    return;
  const result = last?.outcome === 'approved' ? 'clear' : 'consider';
  const { body } = world.system.sandbox.onfido.checkWebhookFor(session.id, result, {
    moveRun: false,
    at: world.now(),
  });
  await world.deliver({ provider: 'onfido', body, move: null });
}

export async function deliverHeld(world: World, which: number): Promise<void> {
  const [webhook] = world.held.splice(which % Math.max(1, world.held.length), 1);
  if (webhook !== undefined) await world.deliver(webhook);
}

function sessionOf(world: World, user: ModelUser, older: number): ModelSession | undefined {
  return world.sessionsOf(user).at(-1 - older);
}

async function erase(world: World, step: Of<'erase'>): Promise<void> {
  const user = await world.user(step.user);
  const { system } = world;
  if (step.trouble === 'down') for (const name of PROVIDER_NAMES) system.sandbox[name].misbehave(DOWN);
  const sessions = world.sessionsOf(user);
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
    if (ms > LONGEST_WAIT_BEHIND_LOCK_MS)
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
