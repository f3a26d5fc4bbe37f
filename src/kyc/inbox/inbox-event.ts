import { ENDINGS } from '../domain/outcome.ts';
import type { KycEvent } from '../providers/kyc-provider.ts';
import type { EventSource } from '../store/kyc-event.entity.ts';

/** An event on its way into the ledger. */
export interface InboxEvent extends KycEvent {
  source: EventSource;
  receivedAt: Date;
  /** What is to be read at the provider, where the event names no verdict. */
  lookup: string | null;
  /** The operator who did it by hand, else null. */
  actor: string | null;
  /** The operator's reason, else null. */
  note: string | null;
}

/** An ending that names no time is dated by when we heard of it: it cannot be older than what it ends. */
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
