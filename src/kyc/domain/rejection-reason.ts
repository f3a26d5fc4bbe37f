type AfterRejection = 'retry' | 'contact_support';

interface ShownReason {
  /** The sentence for the user, in mail and in the demo. */
  readonly words: string;
  /** The user's next step after a rejection. */
  readonly next: AfterRejection;
}

interface HiddenReason {
  /** The reason that the user sees in its place. */
  readonly shownAs: string;
  readonly next: AfterRejection;
}

/** The only list of reasons for a rejection or a resubmission. The keys are stored words. */
const REASONS = {
  document_unreadable: {
    words:
      'Your document could not be read. Take the picture in good light, with all four corners visible and without glare.',
    next: 'retry',
  },
  document_expired: { words: 'Your document has expired. Use a valid document.', next: 'retry' },
  document_unsupported: {
    words: 'This kind of document is not accepted. Use a passport, an identity card or a driving license.',
    next: 'retry',
  },
  selfie_problem: {
    words:
      'Your face was not clearly visible. Look straight into the camera, in good light, without glasses or a hat.',
    next: 'retry',
  },
  // Another attempt costs money and cannot change the user's age.
  underage: { words: 'You have not reached the minimum age for this service.', next: 'contact_support' },
  attempts_exceeded: {
    words: 'There were too many unsuccessful tries in this verification.',
    next: 'retry',
  },
  // Findings about watch lists and biometrics, and a mere suspicion of fraud, are `other` as well.
  other: { words: 'We could not confirm the information that you gave.', next: 'retry' },
  // Fraud that the provider or an operator states as a fact. Only operators see it, so that a fraudster learns nothing.
  fraud: { shownAs: 'other', next: 'contact_support' },
} as const satisfies Record<string, ShownReason | HiddenReason>;

export type RejectionReason = keyof typeof REASONS;

/** A reason that the user may see, and the platform in `users`. */
export type PublicReason = Exclude<RejectionReason, 'fraud'>;

export const REJECTION_REASONS = Object.keys(REASONS) as readonly RejectionReason[];

export const PUBLIC_REASONS = REJECTION_REASONS.filter((reason) => reason !== 'fraud');

/** Takes any stored word. A word that is not public becomes `other`, for example a word of a newer release. */
export function publicReason(reason: string | null): PublicReason | null {
  return reason === null ? null : (PUBLIC_REASONS.find((word) => word === reason) ?? REASONS.fraud.shownAs);
}

/** Takes any stored word. */
export function wordsOf(reason: string | null): string {
  return REASONS[publicReason(reason) ?? 'other'].words;
}

/** Takes any stored word. An unknown word, or no reason, allows another attempt, which KYC_MAX_ATTEMPTS limits. */
export function nextAfterRejection(reason: string | null): AfterRejection {
  const known = REJECTION_REASONS.find((word) => word === reason);
  return known === undefined ? 'retry' : REASONS[known].next;
}
