import type { Outcome, RejectionReason } from '../../domain/outcome.ts';

/**
 * Veriff's words in ours. Always by `status`, never by `code`: 9104 stands for two statuses, and Veriff's own pages
 * disagree about 9121.
 */
const OUTCOME_OF_STATUS: ReadonlyMap<string, Outcome> = new Map<string, Outcome>([
  ['created', 'noted'],
  ['started', 'started'],
  ['submitted', 'submitted'],
  ['review', 'in_review'],
  ['resubmission_requested', 'resubmission_requested'],
  ['approved', 'approved'],
  ['declined', 'declined'],
  ['expired', 'expired'],
  ['abandoned', 'abandoned'],
]);

/** What the optional event webhook reports. A verdict never comes this way. */
const OUTCOME_OF_ACTION: ReadonlyMap<string, Outcome> = new Map<string, Outcome>([
  ['started', 'started'],
  ['submitted', 'submitted'],
]);

/** The link of a session leads somewhere in these states only. */
const OPEN_STATUSES: ReadonlySet<string> = new Set(['created', 'started', 'resubmission_requested']);

/**
 * The codes that tell the user what to do better. All others (fraud, biometrics, registries, PEP and block lists, what
 * is not listed) are `other`. The 6xx are Veriff's granular resubmission codes.
 */
const CODES_OF_REASON: Readonly<Record<Exclude<RejectionReason, 'other'>, readonly number[]>> = {
  document_unreadable: [
    // Pictures missing, cut off, blurred, or of a damaged document; the 6xx say which side or part.
    201, 203, 204, 205, 209, 210, 603, 608, 609, 614, 615, 619, 621, 635, 642,
    // One printed field could not be read.
    625, 626, 627, 628, 629, 630, 631, 632, 633, 634,
  ],
  document_expired: [207, 511, 620],
  document_unsupported: [206, 510, 602],
  selfie_problem: [202, 208, 605, 606, 641],
  underage: [530, 531, 532, 533, 534, 535, 536],
  attempts_exceeded: [539],
};

const REASON_OF_CODE: ReadonlyMap<number, RejectionReason> = new Map(
  Object.entries(CODES_OF_REASON).flatMap(([reason, codes]) =>
    codes.map((code) => [code, reason as RejectionReason] as const),
  ),
);

export function outcomeOfStatus(status: string): Outcome {
  return OUTCOME_OF_STATUS.get(status) ?? 'unknown';
}

export function outcomeOfAction(action: string): Outcome {
  return OUTCOME_OF_ACTION.get(action) ?? 'unknown';
}

export function isOpenStatus(status: string): boolean {
  return OPEN_STATUSES.has(status);
}

/** The public reason for `verification.reasonCode`, which Veriff writes as a number here and as a string there. */
export function publicReasonOf(outcome: Outcome, reasonCode: unknown): RejectionReason | null {
  if (outcome !== 'declined' && outcome !== 'resubmission_requested') return null;
  const code = typeof reasonCode === 'string' && /^\d{3}$/.test(reasonCode) ? Number(reasonCode) : reasonCode;
  if (typeof code !== 'number') return 'other';
  const listed = REASON_OF_CODE.get(code);
  if (listed !== undefined) return listed;
  // Veriff adds granular codes over time; asking for another try, they all complain about the pictures.
  const isGranularResubmission = outcome === 'resubmission_requested' && code >= 600 && code < 700;
  return isGranularResubmission ? 'document_unreadable' : 'other';
}
