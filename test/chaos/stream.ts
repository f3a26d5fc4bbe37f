import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import type { Decision, DeliveryRecord, ProviderName, Sandbox } from '../../packages/sandbox/sandbox.ts';
import type { Random } from './random.ts';
import type { UserInSession } from './users.ts';
import type { HarnessOptions } from '../contracts/harness-options.ts';
import { harnessOf } from '../contracts/harnesses.ts';

/** About 40 s of retries, so that deliveries survive several outages of both replicas on a loaded machine. */
export const PATIENT_RETRIES_MS: readonly number[] = Array.from(
  { length: 120 },
  (_, n) => 150 + ((n * 70) % 350),
);

type Last = Decision | NonNullable<HarnessOptions['announceApproval']>;

/** The decisions that can be the last of a session; likely ones are listed more often. */
function lastsOf(provider: ProviderName): Last[] {
  const { decisions, announceApproval } = harnessOf(provider);
  const announced = decisions.filter(({ isSilent }) => isSilent !== true);
  const outcomes = new Set(announced.map(({ decision }) => decision.outcome));
  return [
    ...often({ outcome: 'approve' }, { outcome: 'decline' }),
    // The gateway reads an announced verdict in a job.
    ...(announceApproval === null ? [] : often(announceApproval)),
    ...(['review', 'resubmit', 'expire', 'abandon', 'fail'] as const)
      .filter((outcome) => outcomes.has(outcome))
      .map((outcome): Decision => ({ outcome })),
  ];
}

/**
 * Takes every user through one session to a final status. The times of the provider are in order, but deliveries
 * are spread over `overMs` at random, up to three at once, and some are repeated. In every order a user gets one
 * mail about the final status, or none if the status sends none.
 */
export async function runStream(options: {
  sandbox: Sandbox;
  users: readonly UserInSession[];
  random: Random;
  overMs: number;
}): Promise<DeliveryRecord[]> {
  const { sandbox, users, random, overMs } = options;
  const how = () => ({ copies: random.between(1, 3), delayMs: random.between(0, overMs) });
  // Whole seconds in the past, because Onfido's times have no fractions and no event may be in the future.
  const began = Math.floor(Date.now() / 1_000) * 1_000 - 60_000;
  const sending = users.flatMap(({ provider, sessionId }) => {
    const last = random.pick(lastsOf(provider));
    const decide = (decision: Decision, second: number) =>
      sandbox[provider].decide(sessionId, decision, { ...how(), at: new Date(began + second * 1_000) });
    return [
      decide({ outcome: 'start' }, 1),
      decide({ outcome: 'submit' }, 2),
      typeof last === 'function'
        ? last(sandbox, sessionId, { ...how(), at: new Date(began + 3_000) })
        : decide(last, 3),
    ];
  });
  const again = PROVIDER_NAMES.flatMap((name) =>
    sandbox[name]
      .deliveries()
      .filter(() => random.happens(0.25))
      .map(({ id }) => sandbox[name].redeliver(id, { delayMs: random.between(0, overMs) })),
  );
  return (await Promise.all([...sending, ...again])).flat();
}

function often(...lasts: Last[]): Last[] {
  return [...lasts, ...lasts, ...lasts];
}
