import { ProviderUnavailableError } from '../provider-errors.ts';
import type { KycEvent } from '../kyc-provider.ts';
import { ONFIDO, outcomeOfCheck, outcomeOfRun } from './onfido.outcomes.ts';
import { reasonOf } from './onfido.reasons.ts';
import { timeOf } from './onfido.schemas.ts';
import type { Check, Run } from './onfido.schemas.ts';

/** What a run that was read says; `null` while it waits for the user. */
export function eventOfRun(run: Run): KycEvent | null {
  const outcome = outcomeOfRun(run.status);
  if (outcome === 'noted') return null;
  return dated({
    provider: ONFIDO,
    eventKey: `poll:${run.id}:${run.status}:${run.updated_at ?? '-'}`,
    sessionId: run.id,
    reference: run.customer_user_id || null,
    outcome,
    reason: outcome === 'declined' ? reasonOf(run.reasons) : null,
    occurredAt: timeOf(run.updated_at),
  });
}

/**
 * What a check says about the run it belongs to. A run that is over has its own word. While it goes on, a check is
 * one task of it: one that somebody should look at puts it in review, but a clear one approves nothing, for the
 * workflow has not decided yet and may still decline.
 */
export function eventOfRunsCheck(run: Run, check: Check): KycEvent | null {
  const outcome = outcomeOfRun(run.status);
  if (outcome !== 'noted' && outcome !== 'submitted') return eventOfRun(run);
  if (outcomeOfCheck(check.status, check.result ?? null) !== 'in_review') return null;
  return {
    provider: ONFIDO,
    eventKey: keyOfCheck(check),
    sessionId: run.id,
    reference: run.customer_user_id || null,
    outcome: 'in_review',
    reason: null,
    // The check names no time of its result. The run's last change comes before its own later verdict.
    occurredAt: timeOf(run.updated_at),
  };
}

/**
 * What a check says that was made without a workflow: it is the session itself. Its creation is the only time it
 * names, so two verdicts of one check that was reopened carry the same time, and of a clear and a doubtful one the
 * ledger's rank lets the clear one stand. The gateway opens no such session.
 */
export function eventOfClassicCheck(check: Check): KycEvent | null {
  const outcome = outcomeOfCheck(check.status, check.result ?? null);
  if (outcome === 'noted') return null;
  return dated({
    provider: ONFIDO,
    eventKey: keyOfCheck(check),
    sessionId: check.id,
    reference: null,
    outcome,
    reason: null,
    occurredAt: timeOf(check.created_at),
  });
}

function keyOfCheck(check: Check): string {
  return `poll:check:${check.id}:${check.status}:${check.result ?? '-'}`;
}

/** A decision without a time could not be put in order with the others: it is asked for again instead. */
function dated(event: KycEvent): KycEvent {
  const isDecision = event.outcome === 'approved' || event.outcome === 'declined';
  if (!isDecision || event.occurredAt !== null) return event;
  throw new ProviderUnavailableError(ONFIDO, `a decision (${event.outcome}) was read without a time`);
}
