import { randomUUID } from 'node:crypto';
import { type InboxEvent, inboxEvent } from '../kyc/inbox/inbox-event.ts';
import { AT_GATEWAY } from '../kyc/store/erasure.entity.ts';

/** The actions that decide nothing. DecisionWriter writes the decisions. */
export type OperatorAction = 'reconcile' | 'resend_mail' | 'erase';

export interface OperatorContext {
  operator: string;
  now: Date;
  note?: string;
}

export interface OperatorSubject {
  userId: string | null;
  session: { provider: string; sessionId: string } | null;
}

/**
 * With a session, the event belongs to that session and does not repeat the user id. Without a session, the event
 * belongs to no provider and contains the user id. It changes no attempt.
 */
export function operatorEvent(
  action: OperatorAction,
  { userId, session }: OperatorSubject,
  { operator, now, note }: OperatorContext,
): InboxEvent {
  return inboxEvent(
    {
      outcome: 'noted',
      reason: null,
      occurredAt: now,
      provider: session?.provider ?? AT_GATEWAY,
      eventKey: `operator:${action}:${randomUUID()}`,
      sessionId: session?.sessionId ?? null,
      reference: session === null ? userId : null,
    },
    'operator',
    now,
    null,
    { actor: operator, note: note ?? null },
  );
}
