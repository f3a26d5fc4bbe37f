import { type Ending, ENDINGS, type EventSource } from '../domain/outcome.ts';
import type { KycEvent } from '../providers/kyc-provider.ts';
import type { Phase } from '../domain/session-state.ts';
import type { SessionOfAttempt } from '../store/attempt.ts';
import type { NewEvent } from '../store/ledger.repository.ts';

export interface InboxEvent extends NewEvent {
  /** Names the verdict to read at the provider. Null if the event itself contains its verdict. */
  lookup: string | null;
}

/** An ending without a time gets the time of its arrival, because it cannot be older than the state that it ends. */
export function inboxEvent(
  event: KycEvent,
  source: EventSource,
  receivedAt: Date,
  lookup: string | null = null,
  { actor = null, note = null }: { actor?: string | null; note?: string | null } = {},
): InboxEvent {
  const isEnding = (ENDINGS as readonly string[]).includes(event.outcome);
  const occurredAt = event.occurredAt ?? (isEnding ? receivedAt : null);
  return { ...event, occurredAt, source, receivedAt, lookup, actor, note };
}

/** By how many seconds the provider dated the event after its arrival. */
export function secondsAhead({ occurredAt, receivedAt }: InboxEvent): number {
  return occurredAt === null ? 0 : Math.round((occurredAt.getTime() - receivedAt.getTime()) / 1_000);
}

/** A session in review ends only by a failure. */
export function endingAfter(phase: Phase): Ending {
  return phase === 'in_review' ? 'failed' : 'abandoned';
}

/** The event with which the gateway itself ends an attempt. */
export function endingEvent(attempt: SessionOfAttempt, outcome: Ending, now: Date): KycEvent {
  return {
    provider: attempt.provider,
    eventKey: `gateway:${outcome}:${attempt.id}:${now.getTime()}`,
    sessionId: attempt.providerSessionId,
    reference: null,
    outcome,
    reason: null,
    occurredAt: now,
  };
}
