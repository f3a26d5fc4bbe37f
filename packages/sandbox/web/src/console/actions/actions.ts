import { factsOf } from '../../providers.ts';
import type { Decision, DeliveryRecord, Outcome, ProviderMode, ProviderSession } from '../data/sandbox.ts';

/** A request to the sandbox's control API. */
export interface Action {
  /** The name shown in the outcome line and beside the curl command. */
  label: string;
  method: 'POST' | 'PUT';
  path: string;
  body?: Readonly<Record<string, unknown>>;
}

export function curlOf(action: Action, origin: string): string {
  const target = `curl -X ${action.method} ${quote(origin + action.path)}`;
  if (action.body === undefined) return target;
  return `${target} -H 'content-type: application/json' -d ${quote(JSON.stringify(action.body))}`;
}

/** Quotes text for a shell. A single-quoted string cannot contain a single quote. */
function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

const OUTCOME_LABELS: Readonly<Record<Outcome, string>> = {
  start: 'Start',
  submit: 'Submit',
  approve: 'Approve',
  decline: 'Decline',
  resubmit: 'Ask for resubmission',
  review: 'Review',
  expire: 'Expire',
  abandon: 'Abandon',
  fail: 'Fail',
};

export function announcedBy(provider: string): { value: Outcome; label: string }[] {
  return factsOf(provider).announced.map((outcome) => ({ value: outcome, label: OUTCOME_LABELS[outcome] }));
}

export function decide(session: ProviderSession, decision: Decision): Action {
  return post(session, 'decision', OUTCOME_LABELS[decision.outcome], { ...decision });
}

/** Decides in this order. The webhooks arrive in reverse order. */
export function reorder(session: ProviderSession, outcomes: readonly [Outcome, Outcome]): Action {
  const [first, second] = outcomes;
  return post(session, 'reordered', `${OUTCOME_LABELS[second]} before ${OUTCOME_LABELS[first]}`, {
    outcomes,
  });
}

/** Sends the webhook of another environment of the same provider account. Its session is unknown to this gateway. */
export function decideInOtherEnvironment(session: ProviderSession, outcome: Outcome): Action {
  return post(session, 'foreign', `${OUTCOME_LABELS[outcome]} from another environment`, { outcome });
}

function post(
  session: ProviderSession,
  resource: string,
  label: string,
  body: NonNullable<Action['body']>,
): Action {
  const path = `/sandbox/${session.provider}/sessions/${encodeURIComponent(session.id)}/${resource}`;
  return { label, method: 'POST', path, body };
}

/** Repeats an event in ways that a gateway must handle. */
export function redeliveries(delivery: DeliveryRecord): Action[] {
  const path = `/sandbox/${delivery.provider}/deliveries/${encodeURIComponent(delivery.id)}/redelivery`;
  const redelivery = (label: string, body: NonNullable<Action['body']>): Action => ({
    label,
    method: 'POST',
    path,
    body,
  });
  return [
    redelivery('Again', {}),
    redelivery('Twice', { copies: 2 }),
    redelivery('Late (5 s)', { delay_ms: 5000 }),
    redelivery('Bad signature', { bad_signature: true }),
  ];
}

export const MODES: readonly { mode: ProviderMode; label: string }[] = [
  { mode: 'normal', label: 'Normal' },
  { mode: 'slow', label: 'Slow' },
  { mode: 'down', label: 'Down' },
  { mode: 'rate_limited', label: 'Rate-limited' },
];

export function setMode(provider: string, mode: ProviderMode, label: string): Action {
  return {
    label: `${factsOf(provider).title} ${label.toLowerCase()}`,
    method: 'PUT',
    path: `/sandbox/${provider}/mode`,
    body: { mode },
  };
}

export function rotateSecret(provider: string): Action {
  return {
    label: `Rotate ${factsOf(provider).title}'s secret`,
    method: 'POST',
    path: `/sandbox/${provider}/secret-rotation`,
  };
}

export function switchGateway(provider: string): Action {
  return {
    label: `KYC_PROVIDER=${provider}`,
    method: 'PUT',
    path: '/sandbox/gateway/provider',
    body: { provider },
  };
}
