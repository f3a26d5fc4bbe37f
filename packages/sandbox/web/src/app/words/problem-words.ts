import type { Problem } from '../../api/problem.ts';
import { pick } from './pick.ts';

/** By code, the only part of a problem that never changes. The codes stand in docs/problems.md. */
export const PROBLEM_WORDS: Readonly<Record<string, string>> = {
  'auth.token_invalid': 'Your sign-in is no longer accepted. Please sign out and in again.',
  'auth.keys_unavailable': 'We cannot check your sign-in at the moment. Please try again shortly.',
  'user.unknown': 'We do not know your account yet. Please contact our support team.',
  'kyc.already_verified': 'You are verified already: there is nothing left to do.',
  'kyc.in_review': 'Your documents are being checked. You cannot start again until that is done.',
  'kyc.start_in_progress': 'Your verification is being opened already, perhaps in another tab.',
  'kyc.attempts_exhausted': 'You have no attempts left. Please contact our support team.',
  'kyc.redirect_not_allowed': 'This page is not set up to be returned to. Please contact our support team.',
  'provider.unavailable': 'The verification service does not answer at the moment. Please try again shortly.',
  'provider.refused': 'The verification service has refused our request. Please contact our support team.',
  'request.rate_limited': 'You have tried too often in a short time. Please wait a little.',
  'stream.too_many': 'This page is open in too many tabs. Please close some of them.',
  'database.unavailable': 'We cannot look up your verification at the moment. Please try again shortly.',
  'internal.error': 'Something went wrong on our side. Please try again later.',
  'app.unreachable': 'We cannot be reached. Please check your connection and try again.',
  'app.no_link':
    'This verification can only be opened with the provider’s own app kit, which this demo leaves out.',
};

const UNKNOWN = 'Something went wrong. Please try again later.';

export function problemWords({ code }: Problem): string {
  return pick(PROBLEM_WORDS, code, UNKNOWN);
}
