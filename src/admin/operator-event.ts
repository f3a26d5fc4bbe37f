import { randomUUID } from 'node:crypto';
import { AT_GATEWAY } from '../kyc/store/erasure.entity.ts';
import type { KycEvent } from '../kyc/providers/kyc-provider.ts';
import { type InboxEvent, inboxEvent } from '../kyc/inbox/inbox-event.ts';

export type OperatorAction = 'override' | 'reconcile' | 'resend_mail' | 'erase';

/** The words of an event that an operator makes. */
export type Said = Pick<KycEvent, 'outcome' | 'reason'> & { occurredAt: Date };

/** Who does it, when, and why if he says so. */
export interface Doing {
  actor: string;
  now: Date;
  note?: string;
}

/**
 * What an operator did with a user, for the ledger: at the session that decides where the user stands, which says whose
 * it is; where there is none, at no provider and under the user's id, so that no fold ever sees it.
 */
export function operatorEvent(
  action: OperatorAction,
  about: { userId: string | null; session: { provider: string; sessionId: string } | null },
  { actor, now, note }: Doing,
  said: Said = { outcome: 'noted', reason: null, occurredAt: now },
): InboxEvent {
  const { userId, session } = about;
  const event: KycEvent = {
    ...said,
    provider: session?.provider ?? AT_GATEWAY,
    eventKey: `operator:${action}:${randomUUID()}`,
    sessionId: session?.sessionId ?? null,
    reference: session === null ? userId : null,
  };
  return inboxEvent(event, 'operator', now, null, { actor, note: note ?? null });
}
