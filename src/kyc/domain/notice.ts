import type { Phase } from './session-state.ts';
import type { Notice } from './user-status.ts';

/** A mail that waits to be sent. */
export interface QueuedNotice {
  readonly subject: Notice;
  /** The time of the state that it reports. Undefined for jobs of an earlier release. */
  readonly since: Date | null | undefined;
  /** An operator wants it sent again. */
  readonly isRepeat: boolean;
}

/** The user's current attempt at the time of sending. */
export interface NoticeState {
  readonly phase: Phase;
  readonly since: Date | null;
  /** The last mail about this attempt. Null if unknown, for attempts that an earlier release created. */
  readonly told: Notice | 'nothing' | null;
}

/**
 * Returns the mail that is true now and tells the user something new, or null. It can differ from the queued one: if the
 * user never received the mail about an approval, the mail reports the decision that followed, and not a withdrawal.
 *
 * Every change of state queues a mail of its own, so dropping an overtaken one loses nothing.
 */
export function noticeToSend(queued: QueuedNotice, state: NoticeState): Notice | null {
  const notice = trueNotice(queued, state);
  const isKnown = notice === state.told && notice !== 'resubmission_requested';
  return isKnown && !queued.isRepeat ? null : notice;
}

function trueNotice({ subject, since }: QueuedNotice, state: NoticeState): Notice | null {
  switch (subject) {
    case 'verified':
      return state.phase === 'approved' ? subject : null;
    case 'rejected':
      return state.phase === 'declined' ? subject : null;
    case 'resubmission_requested':
      // Each request has its own mail. Only the one of the latest request is sent.
      return state.phase === subject && isSameTime(since, state.since) ? subject : null;
    case 'approval_withdrawn':
      if (state.phase === 'approved') return null;
      return state.told === 'verified' || state.told === null ? subject : noticeOfDecision(state.phase);
  }
}

function noticeOfDecision(phase: Phase): Notice | null {
  if (phase === 'declined') return 'rejected';
  return phase === 'resubmission_requested' ? phase : null;
}

function isSameTime(queued: Date | null | undefined, current: Date | null): boolean {
  return queued === undefined || queued?.getTime() === current?.getTime();
}
