import { type Outcome, VERDICTS } from '../../domain/outcome.ts';
import type { RejectionReason } from '../../domain/rejection-reason.ts';
import type { KycEvent } from '../kyc-provider.ts';
import { boundedKey, requireDated } from '../shared/events.ts';
import type { Verification } from './veriff.schemas.ts';

export const VERIFF = 'veriff';

/**
 * Maps `status` and never `code`: the code 9104 stands for two statuses, and Veriff's documentation contradicts itself
 * about 9121.
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

/** The actions of the optional event webhook, which never contains a verdict. */
const OUTCOME_OF_ACTION: ReadonlyMap<string, Outcome> = new Map<string, Outcome>([
  ['started', 'started'],
  ['submitted', 'submitted'],
]);

const SCREENING_STATUSES: ReadonlySet<string> = new Set(['possible_match', 'no_match']);

const OPEN_STATUSES: ReadonlySet<string> = new Set(['created', 'started', 'resubmission_requested']);

/**
 * Lists the codes that help the user with another try, and those that Veriff documents as a fact of fraud. All other
 * codes map to `other`: suspicion of fraud, biometrics, registries, PEP and block lists, and codes that are not listed.
 * The codes 6xx are Veriff's granular resubmission codes.
 */
const CODES_OF_REASON: Readonly<Record<Exclude<RejectionReason, 'other'>, readonly number[]>> = {
  document_unreadable: [
    // The picture is missing, cut off or blurred, or the document is damaged. 6xx codes name the side.
    201, 203, 204, 205, 209, 210, 603, 608, 609, 614, 615, 619, 621, 635, 642,
    // Veriff could not read one printed field.
    625, 626, 627, 628, 629, 630, 631, 632, 633, 634,
  ],
  document_expired: [207, 511, 620],
  document_unsupported: [206, 510, 602],
  selfie_problem: [202, 208, 605, 606, 641],
  underage: [530, 531, 532, 533, 534, 535, 536],
  attempts_exceeded: [539],
  // "Known fraud" and "Session fraudulently accessed".
  fraud: [106, 111],
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

/** A screening never contains a verdict. */
export function outcomeOfScreening(matchStatus: string | null | undefined): Outcome {
  return SCREENING_STATUSES.has(matchStatus ?? '') ? 'noted' : 'unknown';
}

export function isOpenStatus(status: string): boolean {
  return OPEN_STATUSES.has(status);
}

/**
 * Accepts any type, because `verification.reasonCode` is a number in some of Veriff's messages and a string in others.
 */
export function reasonOf(outcome: Outcome, reasonCode: unknown): RejectionReason | null {
  if (outcome !== 'declined' && outcome !== 'resubmission_requested') return null;
  const code = typeof reasonCode === 'string' && /^\d{3}$/.test(reasonCode) ? Number(reasonCode) : reasonCode;
  if (typeof code !== 'number') return 'other';
  const listed = REASON_OF_CODE.get(code);
  if (listed !== undefined) return listed;
  // Veriff adds granular codes over time. In a resubmission request, all of them are about the pictures.
  const isGranularResubmission = outcome === 'resubmission_requested' && code >= 600 && code < 700;
  return isGranularResubmission ? 'document_unreadable' : 'other';
}

/** The part of an event that webhooks and reads have in common. */
export type Statement = Pick<KycEvent, 'sessionId' | 'reference' | 'outcome' | 'reason' | 'occurredAt'>;

/** The decision object is the same in the webhook and in the response to a read. */
export function statementOf(verification: Verification): Statement {
  const outcome = outcomeOfStatus(verification.status);
  return {
    sessionId: verification.id,
    reference: verification.vendorData ?? null,
    outcome,
    reason: reasonOf(outcome, verification.reasonCode),
    occurredAt: timeOf(verification, outcome),
  };
}

export function eventOfVerification(verification: Verification): KycEvent {
  const { id, attemptId, status, decisionTime } = verification;
  return requireDated({
    provider: VERIFF,
    eventKey: boundedKey(id, attemptId ?? '-', status, decisionTime ?? '-'),
    ...statementOf(verification),
  });
}

/** A verdict without a time gets the session's time of acceptance, because the verdict cannot be earlier. */
function timeOf({ decisionTime, acceptanceTime }: Verification, outcome: Outcome): Date | null {
  const isVerdict = (VERDICTS as readonly Outcome[]).includes(outcome);
  const time = decisionTime ?? (isVerdict ? acceptanceTime : null);
  return time ? new Date(time) : null;
}
