import type { Outcome } from '../../domain/outcome.ts';
import type { RejectionReason } from '../../domain/rejection-reason.ts';
import type { KycEvent } from '../kyc-provider.ts';
import { boundedKey, requireDated } from '../shared/events.ts';
import { type Check, type Run, timeOf } from './onfido.schemas.ts';

export const ONFIDO = 'onfido';

/**
 * `noted` while the user still has to act. `review` is the last status of a run, because staff decide about it outside
 * of Onfido.
 */
const RUN_OUTCOMES: ReadonlyMap<string, Outcome> = new Map<string, Outcome>([
  ['awaiting_input', 'noted'],
  ['awaiting_client_input', 'noted'],
  ['processing', 'submitted'],
  ['approved', 'approved'],
  ['declined', 'declined'],
  ['review', 'in_review'],
  ['abandoned', 'abandoned'],
  ['error', 'failed'],
]);

export function outcomeOfRun(status: string): Outcome {
  return RUN_OUTCOMES.get(status) ?? 'unknown';
}

export function isRunWaitingForUser(status: string): boolean {
  return status === 'awaiting_input' || status === 'awaiting_client_input';
}

const CHECKS_IN_PROGRESS: ReadonlySet<string> = new Set([
  'in_progress',
  'awaiting_applicant',
  'paused',
  'reopened',
]);

/** `noted` while there is no verdict. `consider` is not a decline. It means that staff should review the check. */
export function outcomeOfCheck(status: string, result: string | null): Outcome {
  if (CHECKS_IN_PROGRESS.has(status)) return 'noted';
  if (status === 'withdrawn') return 'abandoned';
  if (status !== 'complete') return 'unknown';
  if (result === 'clear') return 'approved';
  return result === 'consider' ? 'in_review' : 'unknown';
}

/** These events announce a changed check without its result, so the gateway reads the result from Onfido. */
const CHECK_ANNOUNCEMENTS: ReadonlySet<string> = new Set([
  'check.completed',
  'check.reopened',
  'check.withdrawn',
]);

export function isCheckAnnouncement(action: string): boolean {
  return CHECK_ANNOUNCEMENTS.has(action);
}

const NOTED_ACTIONS: ReadonlySet<string> = new Set([
  'check.started',
  'check.form_completed',
  'watchlist_monitor.matches_updated',
  'audit_log.created',
  'workflow_timeline_file.created',
  'workflow_run_evidence_folder.created',
]);

/** The tasks of a run and the reports of a check are steps before the verdict, so their events contain no verdict. */
export function outcomeOfAction(action: string): Outcome {
  const isStep = action.startsWith('workflow_task.') || action.startsWith('report.');
  return isStep || isCheckAnnouncement(action) || NOTED_ACTIONS.has(action) ? 'noted' : 'unknown';
}

/**
 * Customers configure the reasons of a run in their workflow, so this is an allow-list of exact words. It contains the
 * words of Onfido's report breakdowns about picture quality, expiry, type and age, and plain variants of them. It
 * contains no words about fraud, comparison, liveness and watchlists. It also leaves out words that can hide such a
 * finding: `photo_of_screen`, `digital_document`, `conclusive_document_quality`. The order decides which of several
 * reasons is shown. Reasons that a better photo cannot solve come first.
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

/** A single word outside the list hides all others, because it may be the more important reason. */
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

/**
 * A run that waits for the user again has the outcome `started`, because a workflow can ask for more input after the
 * user has submitted something. Returns null if the run has not changed since it was created, or does not say when.
 */
export function eventOfRun(run: Run): KycEvent | null {
  const isWaiting = isRunWaitingForUser(run.status);
  const hasChanged = timeOf(run.updated_at) !== null && run.updated_at !== run.created_at;
  if (isWaiting && !hasChanged) return null;
  const outcome = isWaiting ? 'started' : outcomeOfRun(run.status);
  return requireDated({
    provider: ONFIDO,
    eventKey: boundedKey(run.id, run.status, run.updated_at ?? '-'),
    sessionId: run.id,
    reference: run.customer_user_id || null,
    outcome,
    reason: outcome === 'declined' ? reasonOf(run.reasons) : null,
    occurredAt: timeOf(run.updated_at),
  });
}

/**
 * Handles a check that belongs to a run. If the run is over, the status of the run counts. While the run continues, the
 * check is one of its tasks: `consider` puts the session in review. `clear` approves nothing, because the workflow can
 * still decline.
 */
export function eventOfRunsCheck(run: Run, check: Check): KycEvent | null {
  const outcome = outcomeOfRun(run.status);
  if (outcome !== 'noted' && outcome !== 'submitted') return eventOfRun(run);
  if (outcomeOfCheck(check.status, check.result ?? null) !== 'in_review') return null;
  return {
    provider: ONFIDO,
    eventKey: keyOfCheck(check),
    sessionId: run.id,
    reference: run.customer_user_id || null,
    outcome: 'in_review',
    reason: null,
    // The check has no time of its result. Onfido's times have no fractions of a second, and of two verdicts with the same
    // time the review would win over the later verdict of the run.
    occurredAt: justBefore(timeOf(run.updated_at)),
  };
}

/**
 * Handles a check that belongs to no workflow run, so the check itself is the session. The gateway never creates such a
 * check. A check has only its time of creation, so both verdicts of a reopened check have the same time. Then the rank
 * of the outcomes decides.
 */
export function eventOfClassicCheck(check: Check): KycEvent | null {
  const outcome = outcomeOfCheck(check.status, check.result ?? null);
  if (outcome === 'noted') return null;
  return requireDated({
    provider: ONFIDO,
    eventKey: keyOfCheck(check),
    sessionId: check.id,
    reference: null,
    outcome,
    reason: null,
    occurredAt: timeOf(check.created_at),
  });
}

function justBefore(time: Date | null): Date | null {
  return time && new Date(time.getTime() - 1);
}

function keyOfCheck(check: Check): string {
  return boundedKey('check', check.id, check.status, check.result ?? '-');
}
