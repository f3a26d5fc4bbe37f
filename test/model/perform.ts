import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import type { Misbehavior, ProviderName } from '../../packages/sandbox/sandbox.ts';
import { setTimeout as pause } from 'node:timers/promises';
import { asOperator, DOWN, erase } from './erase.ts';
import { realNow } from './model-clock.ts';
import { check, decide, touch, verdict } from './provider-moves.ts';
import { ADVANCES, type Step } from './steps.ts';
import type { Answer, ModelUser, World } from './world.ts';

/** The events of two steps never have the same second, unless the step says so. */
const STEP_MS = 2_000;
const HOUR_MS = 60 * 60 * 1_000;
const DAY_MS = 24 * HOUR_MS;
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
  const isAlone = step.step !== 'together' && step.step !== 'kill';
  world.discoverSessions(!isAlone || step.step === 'start', isAlone);
}

async function act(world: World, step: Step): Promise<void> {
  const { system } = world;
  switch (step.step) {
    case 'together':
      await Promise.all(step.steps.map((each) => act(world, each)));
      break;
    case 'kill':
      await kill(world, step);
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
      await advance(world, ADVANCES[step.by]);
      break;
    case 'return': {
      const { token } = await world.user(step.user);
      const headers = { authorization: `Bearer ${token}` };
      await world.call('status', '/api/kyc/status?returned=true', { headers });
      break;
    }
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
    case 'acceptLate':
      await acceptLate(world, await world.user(step.user));
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

/** Jobs that wait for a provider run again within a day, while Persona still repeats its answers. */
async function advance({ system, sessions }: World, ms: number): Promise<void> {
  if (ms >= DAY_MS) {
    system.clock.advance(HOUR_MS);
    await system.runRetries();
    for (const session of sessions) session.isUnrecoverable = true;
  }
  system.clock.advance(ms);
}

async function kill(world: World, { replica, afterMs, during, isProcess }: Of<'kill'>): Promise<void> {
  const { system } = world;
  const child = isProcess === true ? await system.startProcess(replica) : null;
  world.dying = child?.url ?? system.replicas[replica].url;
  const acted = act(world, during);
  await pause(afterMs);
  await (child === null ? system.crash(replica) : child.kill());
  await acted;
  world.dying = undefined;
  await system.returnJobsOfDeadReplicas();
  // Without an answer, the user does not know whether the data is erased.
  if (during.step === 'erase') await erase(world, during);
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
  const asked = world.system.settings.hasFallbacks === true ? PROVIDER_NAMES.length : 1;
  if (![200, 201, 409].includes(answer.status)) user.unansweredCreates += asked;
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

export async function deliverHeld(world: World, which: number): Promise<void> {
  const [webhook] = world.held.splice(which % Math.max(1, world.held.length), 1);
  if (webhook !== undefined) await world.deliver(webhook);
}

async function acceptLate(world: World, user: ModelUser): Promise<void> {
  const path = '/api/admin/kyc/late-verdicts';
  const headers = {
    authorization: `Bearer ${world.system.operatorToken}`,
    'content-type': 'application/json',
  };
  const { body } = await world.call('late verdicts', `${path}?limit=200`, { headers });
  const listed = (body['late_verdicts'] ?? []) as { user_id: string; event_id: string }[];
  const newest = listed.find((verdict) => verdict.user_id === user.id);
  if (newest === undefined) return;
  await world.call('accept late verdict', `${path}/${newest.event_id}/accept`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ reason: 'decided by the model' }),
  });
}
