import type { Decision, DeliveryRecord, ProviderName, Sandbox } from '../../packages/sandbox/sandbox.ts';
import type { Random } from './random.ts';
import type { UserInSession } from './users.ts';

/** About forty seconds: long enough for both replicas to be down, on a loaded machine, more than once. */
export const PATIENT_RETRIES_MS: readonly number[] = Array.from(
  { length: 120 },
  (_, n) => 150 + ((n * 70) % 350),
);

type Last = Decision | 'check';

/** What a session may end in, the likely ones more often. */
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
  // A check names no result: the gateway has to look it up, which is a job.
  onfido: [
    ...often({ outcome: 'approve' }, { outcome: 'decline' }, 'check'),
    { outcome: 'review' },
    { outcome: 'abandon' },
    { outcome: 'fail' },
  ],
};

/**
 * Takes every user through his session, to one last word. The provider's times are in order; the deliveries are spread
 * over `overMs` at random, so they arrive in any order, up to three at once, and some again later. Whatever the order,
 * a user is told the last word once, or nothing where it is none to be told.
 */
export async function runStream(options: {
  sandbox: Sandbox;
  users: readonly UserInSession[];
  random: Random;
  overMs: number;
}): Promise<DeliveryRecord[]> {
  const { sandbox, users, random, overMs } = options;
  const how = () => ({ copies: random.between(1, 3), delayMs: random.between(0, overMs) });
  // Whole seconds, and in the past: Onfido names no fractions, and nobody's event is to come from the future.
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
  const again = [sandbox.persona, sandbox.veriff, sandbox.onfido].flatMap((provider) =>
    provider
      .deliveries()
      .filter(() => random.happens(0.25))
      .map(({ id }) => provider.redeliver(id, { delayMs: random.between(0, overMs) })),
  );
  return (await Promise.all([...sending, ...again])).flat();
}

function often(...lasts: Last[]): Last[] {
  return [...lasts, ...lasts, ...lasts];
}
