import type { KycStatus, NextAction, RejectionReason, VerificationStatus } from '../api/gateway.ts';
import type { Problem } from '../api/problem.ts';
import { PROVIDERS } from '../providers.ts';

export type Tone = 'neutral' | 'waiting' | 'good' | 'bad';

interface StatusWords {
  title: string;
  tone: Tone;
}

/** Exhaustive by its type: a status that is added to the gateway's document does not compile without words. */
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
  /** What the user does next, in a sentence. */
  sentence: string;
  /** The button that does it; null where there is nothing to press. */
  button: string | null;
}

export const ACTION_WORDS: Readonly<Record<NextAction, ActionWords>> = {
  start: {
    sentence: 'Have an identity document and your phone or camera at hand. It takes about three minutes.',
    button: 'Verify my identity',
  },
  continue: {
    sentence: 'You have not finished yet. Carry on where you left off.',
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
    sentence: 'You have no attempts left. Please contact our support team: they can help you further.',
    button: null,
  },
  none: {
    sentence: 'Your identity is confirmed. There is nothing left for you to do.',
    button: null,
  },
};

const UNKNOWN_ACTION: ActionWords = {
  sentence: 'Please look again later, or contact our support team.',
  button: null,
};

export function actionWords(action: string): ActionWords {
  return pick(ACTION_WORDS, action, UNKNOWN_ACTION);
}

/** A reason on the way says that something is asked for again, which is no matter of having stopped early. */
export function nextStep({ next_action, kyc_rejection_reason }: VerificationStatus): string {
  return next_action === 'continue' && kyc_rejection_reason !== null
    ? 'We need something from you once more before we can decide.'
    : actionWords(next_action).sentence;
}

/** `other` says nothing on purpose: the gateway keeps back what would help a fraudster. */
export const REASON_WORDS: Readonly<Record<RejectionReason, string>> = {
  document_unreadable:
    'Your document could not be read. Place it in good light, keep all four corners in the picture and avoid glare.',
  document_expired: 'Your document has expired. Please use one that is still valid.',
  document_unsupported:
    'This kind of document is not accepted. Please use a passport, an identity card or a driving licence.',
  selfie_problem:
    'Your selfie could not be matched. Look straight into the camera, in good light, without glasses or a hat.',
  underage: 'You are below the minimum age for this service.',
  attempts_exceeded: 'There were too many unsuccessful tries within one verification.',
  other: 'The verification was not successful. We cannot tell you more about the reason.',
};

export function reasonWords(reason: string): string {
  return pick(REASON_WORDS, reason, REASON_WORDS.other);
}

/** By code, the only part of a problem that never changes. The codes stand in docs/problems.md. */
const PROBLEM_WORDS: Readonly<Record<string, string>> = {
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

const UNKNOWN_PROBLEM = 'Something went wrong. Please try again later.';

export function problemWords({ code }: Problem): string {
  return pick(PROBLEM_WORDS, code, UNKNOWN_PROBLEM);
}

/** A newer gateway may name a provider that this page does not know: then the gateway's own word is shown. */
export function providerName(provider: string): string {
  return pick<{ title: string }>(PROVIDERS, provider, { title: provider }).title;
}

/** A status as a screen reader is to say it, all in one. */
export function announcementOf(status: VerificationStatus): string {
  const { kyc_status, kyc_rejection_reason } = status;
  const reason = kyc_rejection_reason === null ? [] : [reasonWords(kyc_rejection_reason)];
  return [`Identity verification: ${statusWords(kyc_status).title}.`, ...reason, nextStep(status)].join(' ');
}

/** A newer gateway may use a word that this page does not know yet: then the fallback. */
function pick<T>(words: Readonly<Record<string, T>>, word: string, fallback: T): T {
  return Object.hasOwn(words, word) ? (words[word] ?? fallback) : fallback;
}
