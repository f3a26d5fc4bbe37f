import type { Outcome } from '../../../src/kyc/domain/outcome.ts';
import type { RejectionReason } from '../../../src/kyc/domain/rejection-reason.ts';
import type { KycEvent, ReceivedEvent } from '../../../src/kyc/providers/kyc-provider.ts';
import { boundedKey, requireDated } from '../../../src/kyc/providers/shared/events.ts';
import type { Check, Webhook } from './acme.schemas.ts';

export const ACME = 'acme';

/** A Map, because an object would also have the key `constructor`. A status that is not listed is `unknown`. */
const OUTCOMES: ReadonlyMap<string, Outcome> = new Map<string, Outcome>([
  ['open', 'noted'],
  ['processing', 'submitted'],
  ['retry', 'resubmission_requested'],
  ['passed', 'approved'],
  ['lapsed', 'expired'],
]);

/** Reasons that help the user. Every other reason is `other`, so that it stays hidden. */
const REASONS: ReadonlyMap<string, RejectionReason> = new Map<string, RejectionReason>([
  ['blurred', 'document_unreadable'],
  ['out_of_date', 'document_expired'],
]);

/** A read has no event id, so the key consists of the state that was read. */
export function eventOfCheck({ id, status, customer_ref, reason, changed_at }: Check): KycEvent {
  const outcome = OUTCOMES.get(status) ?? 'unknown';
  return requireDated({
    provider: ACME,
    eventKey: boundedKey(id, status, changed_at?.toISOString() ?? '-'),
    sessionId: id,
    reference: customer_ref ?? null,
    outcome,
    reason: outcome === 'resubmission_requested' ? (REASONS.get(reason ?? '') ?? 'other') : null,
    occurredAt: changed_at,
  });
}

/** An event of Acme names the check and contains nothing else, so the check must be read. */
export function eventOfWebhook({ event_id, type, created, livemode, object }: Webhook): ReceivedEvent {
  const checkId = object.kind === 'check' ? object.id : null;
  const isKnown = checkId !== null && type === 'check.changed';
  return {
    provider: ACME,
    eventKey: event_id,
    sessionId: checkId,
    reference: null,
    outcome: isKnown ? 'noted' : 'unknown',
    reason: null,
    occurredAt: created,
    lookup: isKnown ? checkId : null,
    isTest: !livemode,
  };
}
