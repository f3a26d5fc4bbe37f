import type { Outcome } from '../../domain/outcome.ts';
import type { RejectionReason } from '../../domain/rejection-reason.ts';
import type { KycEvent } from '../kyc-provider.ts';
import { boundedKey, requireDated } from '../shared/events.ts';
import type { Inquiry } from './persona.schemas.ts';

export const PERSONA = 'persona';

export interface Mapped {
  outcome: Outcome;
  reason: RejectionReason | null;
}

export type StatusTime =
  'startedAt' | 'completedAt' | 'markedForReviewAt' | 'decisionedAt' | 'failedAt' | 'expiredAt';

export interface MappedStatus extends Mapped {
  /** Names the attribute with the time of the status. Null if no attribute belongs to the status. */
  datedBy: StatusTime | null;
}

const UNKNOWN: Mapped = { outcome: 'unknown', reason: null };
const NOTED: Mapped = { outcome: 'noted', reason: null };
const STARTED: Mapped = { outcome: 'started', reason: null };
const SUBMITTED: Mapped = { outcome: 'submitted', reason: null };
const IN_REVIEW: Mapped = { outcome: 'in_review', reason: null };
const APPROVED: Mapped = { outcome: 'approved', reason: null };
/** Only Persona's dashboard shows why an inquiry was declined. The tags and comments of an inquiry are internal. */
const DECLINED: Mapped = { outcome: 'declined', reason: 'other' };
/** An inquiry fails when the user has no tries left. */
const FAILED: Mapped = { outcome: 'declined', reason: 'attempts_exceeded' };
const EXPIRED: Mapped = { outcome: 'expired', reason: null };

const EVENTS: ReadonlyMap<string, Mapped> = new Map([
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

/** These prefixes mark events about other objects, such as `report/watchlist.ready`. */
const OTHER_FAMILIES: ReadonlySet<string> = new Set(
  `account account-property account-type agent-conversation authentication batch-job case case-comment
  case-message case-template checkpoint connect device document filing graph-query importer-pipeline-run
  inquiry-session inquiry-template inquiry-template-version integration-log list-item report sar selfie session
  transaction transaction-type user verification workflow workflow-run`.split(/\s+/),
);

const STATUSES: ReadonlyMap<string, MappedStatus> = new Map([
  ['pending', { ...STARTED, datedBy: 'startedAt' }],
  ['completed', { ...SUBMITTED, datedBy: 'completedAt' }],
  ['needs_review', { ...IN_REVIEW, datedBy: 'markedForReviewAt' }],
  // Persona's API specification uses the underscore, but its documentation uses the hyphen.
  ['needs-review', { ...IN_REVIEW, datedBy: 'markedForReviewAt' }],
  ['approved', { ...APPROVED, datedBy: 'decisionedAt' }],
  ['declined', { ...DECLINED, datedBy: 'decisionedAt' }],
  ['failed', { ...FAILED, datedBy: 'failedAt' }],
  ['expired', { ...EXPIRED, datedBy: 'expiredAt' }],
]);

/** An event such as `inquiry-session.started` is about a session of an inquiry, so its payload is not an inquiry. */
export function isInquiryEvent(name: string): boolean {
  return name.startsWith('inquiry.');
}

/** The status in the payload is the status at the time of sending, so only the name of the event counts. */
export function outcomeOfEvent(name: string, isCompletedApproved: boolean): Mapped {
  if (name === 'inquiry.completed' && isCompletedApproved) return APPROVED;
  const mapped = EVENTS.get(name);
  if (mapped !== undefined) return mapped;
  if (name.startsWith('inquiry.reusable-persona-')) return NOTED;
  const family = /^([a-z-]+)(\/[^.]+)?\.[^.]+$/.exec(name)?.[1];
  return OTHER_FAMILIES.has(family ?? '') ? NOTED : UNKNOWN;
}

/** `created` is not listed, because the user has done nothing yet. */
export function outcomeOfStatus(status: string, isCompletedApproved: boolean): MappedStatus {
  const mapped = STATUSES.get(status) ?? { ...UNKNOWN, datedBy: null };
  return status === 'completed' && isCompletedApproved ? { ...mapped, ...APPROVED } : mapped;
}

/** Returns null while the user has done nothing. */
export function eventOfInquiry({ data }: Inquiry, isCompletedApproved: boolean): KycEvent | null {
  const { status, referenceId, updatedAt } = data.attributes;
  if (status === 'created') return null;
  const { outcome, reason, datedBy } = outcomeOfStatus(status, isCompletedApproved);
  const occurredAt = (datedBy === null ? null : data.attributes[datedBy]) ?? updatedAt;
  return requireDated({
    provider: PERSONA,
    eventKey: boundedKey(data.id, status, occurredAt?.toISOString() ?? '-'),
    sessionId: data.id,
    reference: referenceId,
    outcome,
    reason,
    occurredAt,
  });
}
