import { type Ending, ENDINGS } from '../domain/outcome.ts';
import type { KycEvent } from '../providers/kyc-provider.ts';
import type { OpenedAttempt } from '../store/attempt.ts';
import type { EventSource } from '../store/kyc-event.entity.ts';
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

/**
 * The event's time is later than the attempt's current phase, even if the provider's clock is ahead of the gateway's
 * clock.
 */
export function endingEvent(attempt: OpenedAttempt, outcome: Ending, now: Date): KycEvent {
  const occurredAt = new Date(Math.max(now.getTime(), (attempt.phaseSince?.getTime() ?? 0) + 1));
  return {
    provider: attempt.provider,
    eventKey: `gateway:${outcome}:${attempt.id}:${occurredAt.getTime()}`,
    sessionId: attempt.providerSessionId,
    reference: null,
    outcome,
    reason: null,
    occurredAt,
  };
}
