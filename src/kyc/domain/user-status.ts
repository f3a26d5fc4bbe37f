import { nextAfterRejection } from './rejection-reason.ts';
import type { Phase, SessionState } from './session-state.ts';

export type Status = 'not_verified' | 'pending' | 'verified' | 'rejected';

export const NEXT_ACTIONS = ['start', 'continue', 'wait', 'retry', 'contact_support', 'none'] as const;

export type NextAction = (typeof NEXT_ACTIONS)[number];

/** Each notice is the name of a mail template. */
export const NOTICES = ['verified', 'rejected', 'resubmission_requested', 'approval_withdrawn'] as const;

export type Notice = (typeof NOTICES)[number];

/** A session without a decision is never `verified`. */
export function statusOf(phase: Phase): Status {
  switch (phase) {
    case 'approved':
      return 'verified';
    case 'declined':
      return 'rejected';
    case 'expired':
    case 'abandoned':
    case 'failed':
      return 'not_verified';
    case 'open':
    case 'started':
    case 'submitted':
    case 'in_review':
    case 'resubmission_requested':
      return 'pending';
  }
}

/** @param current the state of the current attempt; null if the user never had an attempt */
export function nextActionOf(
  status: Status,
  current: Pick<SessionState, 'phase' | 'reason'> | null,
  attemptsLeft: number,
): NextAction {
  switch (status) {
    case 'verified':
      return 'none';
    case 'pending':
      return current?.phase === 'submitted' || current?.phase === 'in_review' ? 'wait' : 'continue';
    case 'rejected':
      return attemptsLeft > 0 ? nextAfterRejection(current?.reason ?? null) : 'contact_support';
    case 'not_verified':
      return attemptsLeft > 0 ? 'start' : 'contact_support';
  }
}

export function noticeOf(before: SessionState, after: SessionState): Notice | null {
  if (before.phase === 'approved') return after.phase === 'approved' ? null : 'approval_withdrawn';
  if (after.phase === 'approved') return 'verified';
  if (after.phase === 'declined') return before.phase === 'declined' ? null : 'rejected';
  if (after.phase !== 'resubmission_requested') return null;
  // A provider may request several resubmissions in a row. Each request has its own time.
  const isNewRequest = before.phase !== after.phase || before.since?.getTime() !== after.since?.getTime();
  return isNewRequest ? 'resubmission_requested' : null;
}
