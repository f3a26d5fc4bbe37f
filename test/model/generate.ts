import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import type { Outcome, ProviderName } from '../../packages/sandbox/sandbox.ts';
import { type Random, randomOf } from './random.ts';
import type { Delivery, EraseTrouble, EventTime, History, Settings, StartTrouble, Step } from './steps.ts';
import { harnessOf } from '../contracts/harnesses.ts';

/** A run alternates between these, because each needs a system of its own. */
export const ALL_SETTINGS: readonly Settings[] = [
  { keepsDecision: true, maxAttempts: 2 },
  { keepsDecision: false, maxAttempts: 2 },
  { keepsDecision: true, maxAttempts: 2, hasFallbacks: true },
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
  while (steps.length < length) {
    const next = random.happens(0.35) ? followUp(random, steps.at(-1) as Step, favorite) : null;
    steps.push(next ?? generateStep(random, users, favorite));
  }
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
    [6, () => ({ step: 'advance', by: random.pick(['20 minutes', '25 hours', '8 days'] as const) })],
    [2, () => ({ step: 'return', user })],
    [3, () => ({ step: 'reconcile', user })],
    [3, () => ({ step: 'periodic' })],
    [3, () => ({ step: 'retries' })],
    [
      7,
      () => ({ step: 'override', user, status: random.pick(['verified', 'rejected', 'pending'] as const) }),
    ],
    [3, () => ({ step: 'acceptLate', user })],
    [9, () => erase(random, user)],
    [1, () => ({ step: 'changeEmail', user })],
    [1, () => ({ step: 'deleteUser', user })],
    [2, () => ({ step: 'mailServer', works: random.happens(0.5) })],
    [2, () => ({ step: 'provider', provider, works: random.happens(0.6) })],
    [1, () => ({ step: 'retention' })],
    [4, () => together(random, user, provider, favorite)],
    [0.8, () => kill(random, user, provider, favorite)],
  ]);
  return make();
}

/** A step that meets the rule of the step before, for the same user. Most confirmed faults need such a pair. */
function followUp(random: Random, last: Step, favorite: ProviderName): Step | null {
  if (!('user' in last)) return null;
  const { user } = last;
  const start = { step: 'start', user, provider: favorite } as const;
  switch (last.step) {
    case 'start':
      return last.trouble === undefined ? { step: 'verdict', user, outcome: 'approve' } : erase(random, user);
    case 'verdict': {
      if (last.delivery === 'lost' || last.delivery === 'held') {
        return random.pick([{ step: 'advance', by: '8 days' }, { step: 'advance', by: '25 hours' }, start]);
      }
      const reopen = {
        step: 'verdict',
        user,
        outcome: makes(favorite, 'resubmit') ? 'resubmit' : 'review',
      } as const;
      const change = { step: 'verdict', user, outcome: 'decline' } as const;
      const override = { step: 'override', user, status: 'rejected' } as const;
      return random.pick([
        reopen,
        { ...reopen, delivery: 'lost' },
        change,
        override,
        erase(random, user),
        start,
      ]);
    }
    case 'override':
      return random.pick([{ step: 'touch', user }, { step: 'check', user }, erase(random, user)]);
    case 'touch':
      return { step: 'reconcile', user };
    case 'erase':
      return random.pick([start, { step: 'verdict', user, outcome: 'decline' }]);
    default:
      return null;
  }
}

function together(random: Random, user: number, provider: ProviderName, favorite: ProviderName): Step {
  const one = (): Step =>
    random.happens(0.06) ? { step: 'periodic' } : request(random, user, provider, favorite);
  return { step: 'together', steps: [one(), one()] };
}

function request(random: Random, user: number, provider: ProviderName, favorite: ProviderName): Step {
  return random.weighted<() => Step>([
    [4, () => ({ step: 'start', user, provider })],
    [6, () => ({ step: 'verdict', user, outcome: verdictOutcome(random, favorite) })],
    [
      2,
      () => ({ step: 'override', user, status: random.pick(['verified', 'rejected', 'pending'] as const) }),
    ],
    [2, () => ({ step: 'erase', user })],
    [1, () => ({ step: 'return', user })],
    [1, () => ({ step: 'reconcile', user })],
    [1, () => ({ step: 'deliver', which: 0 })],
  ])();
}

function kill(random: Random, user: number, provider: ProviderName, favorite: ProviderName): Step {
  return {
    step: 'kill',
    replica: provider,
    afterMs: random.below(30),
    during: request(random, user, provider, favorite),
    // A process takes seconds to start.
    ...(random.happens(0.08) ? { isProcess: true } : {}),
  };
}

function startTrouble(random: Random, provider: ProviderName): Partial<Extract<Step, { step: 'start' }>> {
  if (random.happens(0.78)) return {};
  const trouble = random.weighted<StartTrouble>([
    [6, 'drop'],
    [4, 'notFound'],
    [4, 'down'],
    [5, 'early'],
    [1, 'crash'],
  ]);
  // Without a search, the only call creates the session, or repeats the create. No later call of a dead replica does.
  return harnessOf(provider).recovery !== 'key' && trouble === 'crash' ? {} : { trouble };
}

function verdict(random: Random, user: number, favorite: ProviderName): Step {
  const outcome = verdictOutcome(random, favorite);
  const reasons = reasonsOf(favorite);
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
    [1, 'none'],
  ]);
  return {
    step: 'verdict',
    user,
    outcome,
    ...(outcome === 'decline' && reasons.length > 0 ? { reason: random.pick(reasons) } : {}),
    ...(delivery === 'now' ? {} : { delivery }),
    ...(time === 'now' ? {} : { time }),
    ...(random.happens(0.1) ? { older: 1 } : {}),
    ...(random.happens(0.08) ? { mailFails: true } : {}),
  };
}

function verdictOutcome(random: Random, favorite: ProviderName): Outcome {
  return random.weighted<Outcome>([
    [10, 'approve'],
    [8, 'decline'],
    [6, 'review'],
    [makes(favorite, 'resubmit') ? 6 : 0, 'resubmit'],
    [2, 'start'],
    [3, 'submit'],
    [2, 'expire'],
    [1, 'abandon'],
    [makes(favorite, 'fail') ? 1 : 0, 'fail'],
  ]);
}

function erase(random: Random, user: number): Step {
  return {
    step: 'erase',
    user,
    ...(random.happens(0.2) ? { by: 'operator' } : {}),
    ...eraseTrouble(random),
  };
}

function eraseTrouble(random: Random): { trouble?: EraseTrouble } {
  if (random.happens(0.35)) return { trouble: 'down' };
  return random.happens(0.03) ? { trouble: 'locked' } : {};
}

/** Whether the provider has a webhook for the outcome. */
function makes(provider: ProviderName, outcome: Outcome): boolean {
  return harnessOf(provider).decisions.some(({ decision }) => decision.outcome === outcome);
}

/** One reason of the provider for each public reason, if it names reasons that the gateway tells apart. */
function reasonsOf(provider: ProviderName): string[] {
  const byMeaning = new Map<string, string>();
  for (const { decision, reason = '' } of harnessOf(provider).decisions) {
    if (decision.outcome === 'decline' && decision.reason !== undefined && !byMeaning.has(reason)) {
      byMeaning.set(reason, decision.reason);
    }
  }
  return byMeaning.size < 2 ? [] : [...byMeaning.values()];
}
