import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import type { Outcome, ProviderName } from '../../packages/sandbox/sandbox.ts';
import { type Random, randomOf } from './random.ts';
import type { Delivery, EventTime, History, Settings, Step } from './steps.ts';

/** A run alternates between these, because each needs a system of its own. */
export const ALL_SETTINGS: readonly Settings[] = [
  { keepsDecision: true, maxAttempts: 2 },
  { keepsDecision: false, maxAttempts: 2 },
];

/** Makes the history with this number. It depends on nothing but its arguments. */
export function generateHistory(seed: number, index: number, settings: Settings): History {
  const random = randomOf(seed, index);
  // Most faults need one user and one provider. Others need that users or providers meet.
  const users = random.weighted([
    [6, 1],
    [3, 2],
  ]);
  const favorite = random.pick(PROVIDER_NAMES);
  const length = 3 + random.below(8);
  const steps: Step[] = [{ step: 'start', user: 0, provider: favorite, ...startTrouble(random, favorite) }];
  while (steps.length < length) steps.push(generateStep(random, users, favorite));
  return { settings, steps };
}

function generateStep(random: Random, users: number, favorite: ProviderName): Step {
  const user = random.below(users);
  const provider = random.happens(0.85) ? favorite : random.pick(PROVIDER_NAMES);
  const make = random.weighted<() => Step>([
    [14, () => ({ step: 'start', user, provider, ...startTrouble(random, provider) })],
    [40, () => verdict(random, user, favorite)],
    [3, () => ({ step: 'touch', user })],
    [2, () => ({ step: 'check', user })],
    [6, () => ({ step: 'deliver', which: random.below(3) })],
    [3, () => ({ step: 'redeliver', which: random.below(4) })],
    [5, () => ({ step: 'advance', by: random.pick(['20 minutes', '25 hours', '8 days'] as const) })],
    [3, () => ({ step: 'reconcile', user })],
    [3, () => ({ step: 'periodic' })],
    [3, () => ({ step: 'retries' })],
    [
      7,
      () => ({ step: 'override', user, status: random.pick(['verified', 'rejected', 'pending'] as const) }),
    ],
    [9, () => erase(random, user)],
    [1, () => ({ step: 'changeEmail', user })],
    [1, () => ({ step: 'deleteUser', user })],
    [2, () => ({ step: 'mailServer', works: random.happens(0.5) })],
    [2, () => ({ step: 'provider', provider, works: random.happens(0.6) })],
    [1, () => ({ step: 'retention' })],
  ]);
  return make();
}

function startTrouble(random: Random, provider: ProviderName): Partial<Extract<Step, { step: 'start' }>> {
  if (random.happens(0.78)) return {};
  const trouble = random.pick(['drop', 'notFound', 'down', 'early'] as const);
  // Veriff cannot be asked for a session whose id was lost, so nothing can be checked.
  return provider === 'veriff' && trouble === 'drop' ? {} : { trouble };
}

function verdict(random: Random, user: number, favorite: ProviderName): Step {
  const outcome = random.weighted<Outcome>([
    [10, 'approve'],
    [8, 'decline'],
    [6, 'review'],
    [favorite === 'veriff' ? 6 : 0, 'resubmit'],
    [2, 'start'],
    [3, 'submit'],
    [2, 'expire'],
    [1, 'abandon'],
    [favorite === 'veriff' ? 0 : 1, 'fail'],
  ]);
  const delivery = random.weighted<Delivery>([
    [12, 'now'],
    [2, 'twice'],
    [4, 'held'],
    [3, 'lost'],
  ]);
  const time = random.weighted<EventTime>([
    [30, 'now'],
    [1, 'same'],
    [1, 'future'],
  ]);
  return {
    step: 'verdict',
    user,
    outcome,
    ...(outcome === 'decline' && favorite === 'veriff'
      ? { reason: random.pick(['102', '106', '511', '533']) }
      : {}),
    ...(delivery === 'now' ? {} : { delivery }),
    ...(time === 'now' ? {} : { time }),
    ...(random.happens(0.1) ? { older: 1 } : {}),
    ...(random.happens(0.08) ? { mailFails: true } : {}),
  };
}

function erase(random: Random, user: number): Step {
  return {
    step: 'erase',
    user,
    ...(random.happens(0.2) ? { by: 'operator' } : {}),
    ...(random.happens(0.35) ? { trouble: 'down' } : {}),
  };
}
