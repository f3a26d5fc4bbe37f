import { setTimeout as pause } from 'node:timers/promises';
import type { Decision, DeliveryRecord, EmulatedProvider, EmulatedSession } from '../contract.ts';
import { ImpossibleDecision } from '../provider/emulator.ts';
import type { HostedFlow, ProviderEmulator } from '../provider/emulator.ts';
import type { Step } from './user-part.ts';

/** How long a page waits for the gateway's answer to a webhook; sending goes on behind it. */
const PATIENCE_MS = 1500;

export function stepOf({ open, waiting }: HostedFlow, status: string): Step {
  if (open.includes(status)) return 'document';
  return waiting.includes(status) ? 'waiting' : 'over';
}

/** The page was opened: the provider says so, where it says anything. */
export async function begin(
  emulator: ProviderEmulator,
  provider: EmulatedProvider,
  session: EmulatedSession,
): Promise<void> {
  if (!emulator.hosted.unopened.includes(session.status)) return;
  await inShort(provider.decide(session.id, { outcome: 'start' }));
}

/** The user has shown everything, for the first time in this attempt. */
export async function submit(
  emulator: ProviderEmulator,
  provider: EmulatedProvider,
  session: EmulatedSession,
): Promise<void> {
  if (stepOf(emulator.hosted, session.status) !== 'document') return;
  await inShort(provider.decide(session.id, { outcome: 'submit' }));
}

/** The provider's decision, which may come at any time; the deliveries that ended meanwhile. */
export async function decide(
  provider: EmulatedProvider,
  session: EmulatedSession,
  decision: Decision,
): Promise<DeliveryRecord[]> {
  return (await inShort(provider.decide(session.id, decision))) ?? [];
}

/** Only what the page offers can be chosen; an empty reason means the usual one. */
export function readDecision(emulator: ProviderEmulator, form: Record<string, string | undefined>): Decision {
  const choice = emulator.hosted.choices.find(({ outcome }) => outcome === form['outcome']);
  if (choice === undefined) throw new ImpossibleDecision(`${emulator.title} does not offer this choice`);
  const reason = form['reason'] ?? '';
  const { outcome } = choice;
  if (outcome !== 'decline' && outcome !== 'resubmit') return { outcome };
  return reason === '' ? { outcome } : { outcome, reason };
}

/** Undefined where it takes longer. */
async function inShort<T>(work: Promise<T>): Promise<T | undefined> {
  const patience = new AbortController();
  const tooLong = pause(PATIENCE_MS, undefined, { signal: patience.signal }).catch(() => undefined);
  try {
    return await Promise.race([work, tooLong]);
  } finally {
    patience.abort();
  }
}
