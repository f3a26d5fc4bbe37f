import type { Outcome, ProviderName } from '../data/sandbox.ts';

export const OUTCOME_LABELS: Readonly<Record<Outcome, string>> = {
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

/** What a provider tells by webhook; the rest it does silently or does not know (sandbox/README.md). */
const ANNOUNCED: Readonly<Record<ProviderName, readonly Outcome[]>> = {
  persona: ['start', 'submit', 'review', 'approve', 'decline', 'expire', 'fail'],
  veriff: ['start', 'submit', 'review', 'resubmit', 'approve', 'decline', 'expire', 'abandon'],
  onfido: ['review', 'approve', 'decline', 'abandon', 'fail'],
};

export function announcedBy(provider: ProviderName): { value: Outcome; label: string }[] {
  return ANNOUNCED[provider].map((outcome) => ({ value: outcome, label: OUTCOME_LABELS[outcome] }));
}
