import { setTimeout as pause } from 'node:timers/promises';
import type { Decision, DeliveryRecord, EmulatedProvider, EmulatedSession } from '../provider/contract.ts';
import { UnsupportedDecisionError } from '../provider/emulator.ts';
import type { HostedFlow, ProviderEmulator } from '../provider/emulator.ts';
import type { Step } from './user-part.ts';

/** How long a page waits for the gateway's response to a webhook. The delivery continues in the background. */
const PAGE_TIMEOUT_MS = 1500;

export function stepOf({ open, waiting }: HostedFlow, status: string): Step {
  if (open.includes(status)) return 'document';
  return waiting.includes(status) ? 'waiting' : 'over';
}

/** Sends the provider's event for a session that the user opens for the first time, if the provider has one. */
export async function begin(
  emulator: ProviderEmulator,
  provider: EmulatedProvider,
  session: EmulatedSession,
): Promise<void> {
  if (!emulator.hosted.unopened.includes(session.status)) return;
  await withinTimeout(provider.decide(session.id, { outcome: 'start' }));
}

/** Submits the user's pictures, once for each attempt. */
export async function submit(
  emulator: ProviderEmulator,
  provider: EmulatedProvider,
  session: EmulatedSession,
): Promise<void> {
  if (stepOf(emulator.hosted, session.status) !== 'document') return;
  await withinTimeout(provider.decide(session.id, { outcome: 'submit' }));
}

/** Decides the session and returns the deliveries that ended before the timeout. */
export async function decide(
  provider: EmulatedProvider,
  session: EmulatedSession,
  decision: Decision,
): Promise<DeliveryRecord[]> {
  return (await withinTimeout(provider.decide(session.id, decision))) ?? [];
}

/** Accepts only choices that the page offers. An empty reason means the usual reason. */
export function readDecision(emulator: ProviderEmulator, form: Record<string, string | undefined>): Decision {
  const choice = emulator.hosted.choices.find(({ outcome }) => outcome === form['outcome']);
  if (choice === undefined)
    throw new UnsupportedDecisionError(`${emulator.title} does not offer this choice`);
  const reason = form['reason'] ?? '';
  const { outcome } = choice;
  if (outcome !== 'decline' && outcome !== 'resubmit') return { outcome };
  return reason === '' ? { outcome } : { outcome, reason };
}

/** Returns undefined if the work takes longer than the page waits. */
async function withinTimeout<T>(work: Promise<T>): Promise<T | undefined> {
  const timeout = new AbortController();
  const tooLong = pause(PAGE_TIMEOUT_MS, undefined, { signal: timeout.signal }).catch(() => undefined);
  try {
    return await Promise.race([work, tooLong]);
  } finally {
    timeout.abort();
  }
}
