import type { RejectionReason } from '../../domain/outcome.ts';

/**
 * A run's reasons are strings that the customer configures in his own workflow, so this is an allow-list of exact
 * words: those of the report breakdowns that only speak of picture quality, expiry, type and age, and their plain
 * variants. Findings of fraud, comparison, liveness and watch-lists are absent on purpose, and so are words that may
 * hide one (`photo_of_screen`, `digital_document`, `conclusive_document_quality`).
 *
 * In the order in which one is chosen out of several: what a better photo would not cure comes first.
 */
const PUBLIC_REASONS: readonly (readonly [RejectionReason, ReadonlySet<string>])[] = [
  [
    'underage',
    new Set(['underage', 'under_age', 'age_below_minimum', 'age_below_threshold', 'minimum_accepted_age']),
  ],
  ['document_expired', new Set(['document_expired', 'expired_document', 'document_expiration'])],
  [
    'document_unsupported',
    new Set([
      'document_unsupported',
      'unsupported_document',
      'document_not_supported',
      'document_type_unsupported',
      'document_type_not_supported',
      'type_unsupported',
      'unsupported_type',
      'unsupported_document_type',
    ]),
  ],
  [
    'document_unreadable',
    new Set([
      'document_unreadable',
      'unreadable_document',
      'image_quality',
      'document_image_quality',
      'dark_photo',
      'glare_on_photo',
      'blurred_photo',
      'covered_photo',
      'other_photo_issue',
      'damaged_document',
      'cut_off_document',
      'no_document_in_image',
      'two_documents_uploaded',
      'incorrect_side',
      'missing_back',
      'obscured_data_points',
    ]),
  ],
  [
    'selfie_problem',
    new Set([
      'selfie_problem',
      'selfie_unreadable',
      'selfie_image_quality',
      'face_image_quality',
      'face_not_detected',
      'no_face_detected',
      'dark_selfie',
      'blurred_selfie',
    ]),
  ],
];

/** The reason fit to be shown. One word outside the list hides all the others: they may be the smaller half. */
export function reasonOf(reasons: unknown): RejectionReason {
  if (!Array.isArray(reasons) || reasons.length === 0) return 'other';
  const found = new Set(reasons.map(publicReason));
  if (found.has('other')) return 'other';
  return PUBLIC_REASONS.find(([reason]) => found.has(reason))?.[0] ?? 'other';
}

function publicReason(word: unknown): RejectionReason {
  if (typeof word !== 'string') return 'other';
  return PUBLIC_REASONS.find(([, words]) => words.has(word))?.[0] ?? 'other';
}
