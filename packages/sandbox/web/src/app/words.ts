import type { KycStatus, NextAction, VerificationStatus } from '../api/gateway.ts';
import type { Problem } from '../api/problem.ts';
import { REASON_WORDS } from '../api/reason-words.ts';

export type Tone = 'neutral' | 'waiting' | 'good' | 'bad';

interface StatusWords {
  title: string;
  tone: Tone;
}

/** The type requires an entry for every status in the gateway's API document. */
export const STATUS_WORDS: Readonly<Record<KycStatus, StatusWords>> = {
  not_verified: { title: 'Not verified', tone: 'neutral' },
  pending: { title: 'Pending', tone: 'waiting' },
  verified: { title: 'Verified', tone: 'good' },
  rejected: { title: 'Rejected', tone: 'bad' },
};

const UNKNOWN_STATUS: StatusWords = { title: 'Unknown', tone: 'neutral' };

export function statusWords(status: string): StatusWords {
  return pick(STATUS_WORDS, status, UNKNOWN_STATUS);
}

interface ActionWords {
  /** One sentence about the user's next step. */
  sentence: string;
  /** The label of the button. Null if the user has nothing to do. */
  button: string | null;
}

export const ACTION_WORDS: Readonly<Record<NextAction, ActionWords>> = {
  start: {
    sentence: 'Have an identity document and your phone or camera at hand. It takes about three minutes.',
    button: 'Verify my identity',
  },
  continue: {
    sentence: 'You have not finished yet. Continue where you stopped.',
    button: 'Continue verification',
  },
  wait: {
    sentence:
      'We have everything we need. There is nothing for you to do while your documents are being checked.',
    button: null,
  },
  retry: {
    sentence: 'You can try again. A new attempt starts from the beginning.',
    button: 'Try again',
  },
  contact_support: {
    sentence: 'You cannot try again. Please contact our support team. They can help you.',
    button: null,
  },
  none: {
    sentence: 'Your identity is confirmed. There is nothing left for you to do.',
    button: null,
  },
};

const UNKNOWN_ACTION: ActionWords = {
  sentence: 'Please check again later, or contact our support team.',
  button: null,
};

export function actionWords(action: string): ActionWords {
  return pick(ACTION_WORDS, action, UNKNOWN_ACTION);
}

/** A reason while the verification continues means that the provider needs something again. */
export function nextStep({ next_action, kyc_rejection_reason }: VerificationStatus): string {
  return next_action === 'continue' && kyc_rejection_reason !== null
    ? 'We need something from you again before we can decide.'
    : actionWords(next_action).sentence;
}

export function reasonWords(reason: string): string {
  return pick<string>(REASON_WORDS, reason, REASON_WORDS.other);
}

/** Keyed by code, the only part of a problem that never changes. docs/problems.md lists the codes. */
const PROBLEM_WORDS: Readonly<Record<string, string>> = {
  'auth.token_invalid': 'Your sign-in is no longer accepted. Please sign out and in again.',
  'auth.keys_unavailable': 'We cannot check your sign-in at the moment. Please try again shortly.',
  'user.unknown': 'Your account is not set up for verification yet. Please contact our support team.',
  'kyc.already_verified': 'You are already verified. There is nothing left for you to do.',
  'kyc.in_review': 'Your documents are being checked. You cannot start again until the check is finished.',
  'kyc.start_in_progress':
    'Your verification is already starting, perhaps in another tab. Please wait a moment.',
  'kyc.attempts_exhausted': 'You have no attempts left. Please contact our support team.',
  'kyc.retry_not_allowed': 'You cannot try again. Please contact our support team.',
  'kyc.redirect_not_allowed':
    'Your verification cannot return to this page. Please contact our support team.',
  'provider.unavailable':
    'The verification service does not respond at the moment. Please try again shortly.',
  'provider.refused': 'The verification service rejected our request. Please contact our support team.',
  'request.rate_limited': 'You have tried too often in a short time. Please wait a moment, then try again.',
  'stream.too_many': 'This page is open in too many tabs. Please close some of them.',
  'database.unavailable': 'We cannot load your verification at the moment. Please try again shortly.',
  'internal.error': 'Something went wrong on our side. Please try again later.',
  'app.unreachable': 'This service cannot be reached. Please check your connection and try again.',
  'app.no_link': 'This verification opens only in the provider’s own app, which this demo does not include.',
};

const UNKNOWN_PROBLEM = 'Something went wrong. Please try again later.';

export function problemWords({ code }: Problem): string {
  return pick(PROBLEM_WORDS, code, UNKNOWN_PROBLEM);
}

/** The text that a screen reader announces for a status. */
export function announcementOf(status: VerificationStatus): string {
  const { kyc_status, kyc_rejection_reason } = status;
  const reason = kyc_rejection_reason === null ? [] : [reasonWords(kyc_rejection_reason)];
  return [`Identity verification: ${statusWords(kyc_status).title}.`, ...reason, nextStep(status)].join(' ');
}

/** Returns the fallback for a word of a newer gateway that this page does not know. */
function pick<T>(texts: Readonly<Record<string, T>>, word: string, fallback: T): T {
  return Object.hasOwn(texts, word) ? (texts[word] ?? fallback) : fallback;
}
