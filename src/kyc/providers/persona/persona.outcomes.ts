import type { Outcome, RejectionReason } from '../../domain/outcome.ts';

export interface Reading {
  outcome: Outcome;
  reason: RejectionReason | null;
}

/** The attribute of an inquiry that dates a status. */
export type StatusTime =
  'startedAt' | 'completedAt' | 'markedForReviewAt' | 'decisionedAt' | 'failedAt' | 'expiredAt';

export interface StatusReading extends Reading {
  /** `null` where no attribute belongs to the status. */
  datedBy: StatusTime | null;
}

const UNKNOWN: Reading = { outcome: 'unknown', reason: null };
const NOTED: Reading = { outcome: 'noted', reason: null };
const STARTED: Reading = { outcome: 'started', reason: null };
const SUBMITTED: Reading = { outcome: 'submitted', reason: null };
const IN_REVIEW: Reading = { outcome: 'in_review', reason: null };
const APPROVED: Reading = { outcome: 'approved', reason: null };
/** Why an inquiry was declined is known to Persona's dashboard only; its tags and comments are internal. */
const DECLINED: Reading = { outcome: 'declined', reason: 'other' };
/** An inquiry fails when the user has no tries left. */
const FAILED: Reading = { outcome: 'declined', reason: 'attempts_exceeded' };
const EXPIRED: Reading = { outcome: 'expired', reason: null };

const EVENTS: ReadonlyMap<string, Reading> = new Map([
  ['inquiry.started', STARTED],
  ['inquiry.completed', SUBMITTED],
  ['inquiry.marked-for-review', IN_REVIEW],
  ['inquiry.approved', APPROVED],
  ['inquiry.declined', DECLINED],
  ['inquiry.failed', FAILED],
  ['inquiry.expired', EXPIRED],
  ['inquiry.created', NOTED],
  ['inquiry.transitioned', NOTED],
  ['inquiry.redacted', NOTED],
  ['inquiry.updated-tags', NOTED],
]);

/** What an event's name begins with where it is about something else than an inquiry: `report/watchlist.ready`. */
const OTHER_FAMILIES: ReadonlySet<string> = new Set(
  `account account-property account-type agent-conversation authentication batch-job case case-comment
  case-message case-template checkpoint connect device document filing graph-query importer-pipeline-run
  inquiry-session inquiry-template inquiry-template-version integration-log list-item report sar selfie session
  transaction transaction-type user verification workflow workflow-run`.split(/\s+/),
);

const STATUSES: ReadonlyMap<string, StatusReading> = new Map([
  ['pending', { ...STARTED, datedBy: 'startedAt' }],
  ['completed', { ...SUBMITTED, datedBy: 'completedAt' }],
  ['needs_review', { ...IN_REVIEW, datedBy: 'markedForReviewAt' }],
  // The specification writes the underscore, its prose the hyphen.
  ['needs-review', { ...IN_REVIEW, datedBy: 'markedForReviewAt' }],
  ['approved', { ...APPROVED, datedBy: 'decisionedAt' }],
  ['declined', { ...DECLINED, datedBy: 'decisionedAt' }],
  ['failed', { ...FAILED, datedBy: 'failedAt' }],
  ['expired', { ...EXPIRED, datedBy: 'expiredAt' }],
]);

/** Whether the event's payload is an inquiry. `inquiry-session.started` is not about one but about its session. */
export function isInquiryEvent(name: string): boolean {
  return name.startsWith('inquiry.');
}

/** What an event says, by its name alone: the payload's status is the one at the time of sending. */
export function readingOfEvent(name: string, isCompletedApproved: boolean): Reading {
  if (name === 'inquiry.completed' && isCompletedApproved) return APPROVED;
  const reading = EVENTS.get(name);
  if (reading !== undefined) return reading;
  if (name.startsWith('inquiry.reusable-persona-')) return NOTED;
  const family = /^([a-z-]+)(\/[^.]+)?\.[^.]+$/.exec(name)?.[1];
  return OTHER_FAMILIES.has(family ?? '') ? NOTED : UNKNOWN;
}

/** What the status of an inquiry that was read says. `created`, where nothing has happened yet, is not for here. */
export function readingOfStatus(status: string, isCompletedApproved: boolean): StatusReading {
  const reading = STATUSES.get(status) ?? { ...UNKNOWN, datedBy: null };
  return status === 'completed' && isCompletedApproved ? { ...reading, ...APPROVED } : reading;
}
