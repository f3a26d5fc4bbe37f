import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import type { Decision, DeliveryRecord, ProviderName, Sandbox } from '../../packages/sandbox/sandbox.ts';
import type { Random } from './random.ts';
import type { UserInSession } from './users.ts';

/** About 40 s of retries, so that deliveries survive several outages of both replicas on a loaded machine. */
export const PATIENT_RETRIES_MS: readonly number[] = Array.from(
  { length: 120 },
  (_, n) => 150 + ((n * 70) % 350),
);

type Last = Decision | 'check';

/** The final statuses of a session; likely ones are listed more often. */
const LASTS: Readonly<Record<ProviderName, readonly Last[]>> = {
  persona: [
    ...often({ outcome: 'approve' }, { outcome: 'decline' }),
    { outcome: 'review' },
    { outcome: 'expire' },
    { outcome: 'fail' },
  ],
  veriff: [
    ...often({ outcome: 'approve' }, { outcome: 'decline' }),
    { outcome: 'review' },
    { outcome: 'resubmit' },
    { outcome: 'abandon' },
  ],
  // A check contains no result, so the gateway reads it in a job.
  onfido: [
    ...often({ outcome: 'approve' }, { outcome: 'decline' }, 'check'),
    { outcome: 'review' },
    { outcome: 'abandon' },
    { outcome: 'fail' },
  ],
};

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
    const last = random.pick(LASTS[provider]);
    const decide = (decision: Decision, second: number) =>
      sandbox[provider].decide(sessionId, decision, { ...how(), at: new Date(began + second * 1_000) });
    return [
      decide({ outcome: 'start' }, 1),
      decide({ outcome: 'submit' }, 2),
      last === 'check'
        ? sandbox.onfido.completeCheck(sessionId, 'clear', { ...how(), at: new Date(began + 3_000) })
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
