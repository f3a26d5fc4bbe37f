import type { Decision, Outcome } from '../data/sandbox.ts';
import type { ProviderSession } from '../data/sessions.ts';
import type { Action } from './action.ts';
import { OUTCOME_LABELS } from './outcomes.ts';

export function decide(session: ProviderSession, decision: Decision): Action {
  return post(session, 'decision', OUTCOME_LABELS[decision.outcome], { ...decision });
}

/** Both happen in this order, and their webhooks come the other way round. */
export function reorder(session: ProviderSession, outcomes: readonly [Outcome, Outcome]): Action {
  const [first, second] = outcomes;
  return post(session, 'reordered', `${OUTCOME_LABELS[second]} before ${OUTCOME_LABELS[first]}`, {
    outcomes,
  });
}

/** The webhook of another environment at the same provider account: signed well, and not ours. */
export function decideElsewhere(session: ProviderSession, outcome: Outcome): Action {
  return post(session, 'foreign', `${OUTCOME_LABELS[outcome]} from another environment`, { outcome });
}

function post(
  session: ProviderSession,
  what: string,
  label: string,
  body: NonNullable<Action['body']>,
): Action {
  const path = `/sandbox/${session.provider}/sessions/${encodeURIComponent(session.id)}/${what}`;
  return { label, method: 'POST', path, body };
}
