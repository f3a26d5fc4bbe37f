import { randomUUID } from 'node:crypto';
import { type InboxEvent, inboxEvent } from '../kyc/inbox/inbox-event.ts';
import type { KycEvent } from '../kyc/providers/kyc-provider.ts';
import { AT_GATEWAY } from '../kyc/store/erasure.entity.ts';

export type OperatorAction = 'override' | 'reconcile' | 'resend_mail' | 'erase';

export interface OperatorContext {
  operator: string;
  now: Date;
  note?: string;
}

export interface OperatorSubject {
  userId: string | null;
  session: { provider: string; sessionId: string } | null;
}

/** Only an override has a decision. The ledger records every other action as `noted`. */
export type OperatorDecision = Pick<KycEvent, 'outcome' | 'reason'>;

/**
 * With a session, the event belongs to that session and does not repeat the user id. Without a session, the event
 * belongs to no provider and contains the user id, so it changes no attempt.
 */
export function operatorEvent(
  action: OperatorAction,
  { userId, session }: OperatorSubject,
  { operator, now, note }: OperatorContext,
  decision: OperatorDecision = { outcome: 'noted', reason: null },
): InboxEvent {
  const event: KycEvent = {
    ...decision,
    occurredAt: now,
    provider: session?.provider ?? AT_GATEWAY,
    eventKey: `operator:${action}:${randomUUID()}`,
    sessionId: session?.sessionId ?? null,
    reference: session === null ? userId : null,
  };
  return inboxEvent(event, 'operator', now, null, { actor: operator, note: note ?? null });
}
