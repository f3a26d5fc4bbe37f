import type { Phase, SessionState } from './session-state.ts';

/** What `users.kyc_status` may say; the users module's words, which a test holds equal. */
export type Status = 'not_verified' | 'pending' | 'verified' | 'rejected';

/** What the user can do next. */
export const NEXT_ACTIONS = ['start', 'continue', 'wait', 'retry', 'contact_support', 'none'] as const;

export type NextAction = (typeof NEXT_ACTIONS)[number];

/** Mail worth sending: each is one of the templates. */
export const NOTICES = ['verified', 'rejected', 'resubmission_requested', 'approval_withdrawn'] as const;

export type Notice = (typeof NOTICES)[number];

/** The user's status is the projection of his current session. Everything undecided is pending, never verified. */
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

/** @param phase of the current session, null if the user never had one */
export function nextActionOf(status: Status, phase: Phase | null, attemptsLeft: number): NextAction {
  switch (status) {
    case 'verified':
      return 'none';
    case 'pending':
      return phase === 'submitted' || phase === 'in_review' ? 'wait' : 'continue';
    case 'rejected':
      return attemptsLeft > 0 ? 'retry' : 'contact_support';
    case 'not_verified':
      return attemptsLeft > 0 ? 'start' : 'contact_support';
  }
}

/** What the user is told when his session moves, if anything. */
export function noticeOf(before: SessionState, after: SessionState): Notice | null {
  if (before.phase === 'approved') return after.phase === 'approved' ? null : 'approval_withdrawn';
  if (after.phase === 'approved') return 'verified';
  if (after.phase === 'declined') return before.phase === 'declined' ? null : 'rejected';
  if (after.phase !== 'resubmission_requested') return null;
  // A provider may ask again and again without a word in between: each asking has a time of its own.
  const isAskedAgain = before.phase !== after.phase || before.since?.getTime() !== after.since?.getTime();
  return isAskedAgain ? 'resubmission_requested' : null;
}
