import { KYC_STATUSES, type KycStatus } from '../../users/kyc-status.ts';
import { ENDINGS, PROGRESS, VERDICTS } from './outcome.ts';
import type { Phase, SessionState } from './session-state.ts';
import {
  nextActionOf,
  type NextAction,
  type Notice,
  noticeOf,
  type Status,
  statusOf,
} from './user-status.ts';

const PHASES: readonly Phase[] = ['open', ...PROGRESS, ...VERDICTS, ...ENDINGS];
const PAIRS = PHASES.flatMap((before) => PHASES.map((after) => [before, after] as const));

const state = (phase: Phase, minute = 0): SessionState => ({
  phase,
  reason: null,
  since: new Date(Date.UTC(2026, 2, 4, 12, minute)),
});

describe('The status of a user', () => {
  const STATUS_OF: Record<Phase, Status> = {
    open: 'pending',
    started: 'pending',
    submitted: 'pending',
    in_review: 'pending',
    resubmission_requested: 'pending',
    approved: 'verified',
    declined: 'rejected',
    expired: 'not_verified',
    abandoned: 'not_verified',
    failed: 'not_verified',
  };

  it.each(PHASES.map((phase) => [STATUS_OF[phase], phase] as const))(
    'is %s while the session is %s',
    (status, phase) => {
      expect(statusOf(phase)).toBe(status);
    },
  );

  it('takes all the words of the users table and no other', () => {
    // The types say it too: a word that only one of the two lists has does not compile.
    const spoken: KycStatus[] = PHASES.map(statusOf);
    const stored: readonly Status[] = KYC_STATUSES;
    expect(new Set(spoken)).toEqual(new Set(stored));
  });
});

describe('What a user can do next', () => {
  it.each<[NextAction, Phase]>([
    ['continue', 'open'],
    ['continue', 'started'],
    ['continue', 'resubmission_requested'],
    ['wait', 'submitted'],
    ['wait', 'in_review'],
    ['none', 'approved'],
    ['retry', 'declined'],
    ['start', 'expired'],
    ['start', 'abandoned'],
    ['start', 'failed'],
  ])('is %s while the session is %s and attempts are left', (action, phase) => {
    expect(nextActionOf(statusOf(phase), phase, 1)).toBe(action);
  });

  it.each<[NextAction, Phase]>([
    ['continue', 'open'],
    ['continue', 'started'],
    ['continue', 'resubmission_requested'],
    ['wait', 'submitted'],
    ['wait', 'in_review'],
    ['none', 'approved'],
    ['contact_support', 'declined'],
    ['contact_support', 'expired'],
    ['contact_support', 'abandoned'],
    ['contact_support', 'failed'],
  ])('is %s while the session is %s and was the last attempt', (action, phase) => {
    expect(nextActionOf(statusOf(phase), phase, 0)).toBe(action);
  });

  it('is to start for a user who never had a session', () => {
    expect(nextActionOf('not_verified', null, 5)).toBe('start');
  });

  it.each<[NextAction, Status]>([
    ['none', 'verified'],
    ['continue', 'pending'],
    ['retry', 'rejected'],
  ])('is %s for a user whom the platform itself has set to %s without a session', (action, status) => {
    expect(nextActionOf(status, null, 1)).toBe(action);
  });
});

describe('The mail to a user whose session moves', () => {
  const into = (phase: Phase) => PHASES.filter((before) => before !== phase && before !== 'approved');

  it.each(into('approved'))('says that he is verified, from %s', (before) => {
    expect(noticeOf(state(before), state('approved', 1))).toBe('verified');
  });

  it.each(into('declined'))('says that he is rejected, from %s', (before) => {
    expect(noticeOf(state(before), state('declined', 1))).toBe('rejected');
  });

  it.each(into('resubmission_requested'))(
    'says that something must be submitted again, from %s',
    (before) => {
      expect(noticeOf(state(before), state('resubmission_requested', 1))).toBe('resubmission_requested');
    },
  );

  it.each(PHASES.filter((phase) => phase !== 'approved'))(
    'says that the approval is withdrawn when it gives way to %s',
    (after) => {
      expect(noticeOf(state('approved'), state(after, 1))).toBe('approval_withdrawn');
    },
  );

  it('says once more that something must be submitted again when it is asked for at a later time', () => {
    expect(noticeOf(state('resubmission_requested', 1), state('resubmission_requested', 2))).toBe(
      'resubmission_requested',
    );
  });

  it('says that something must be submitted again where the provider names no time', () => {
    const undated = (phase: Phase): SessionState => ({ phase, reason: null, since: null });
    expect(noticeOf(undated('open'), undated('resubmission_requested'))).toBe('resubmission_requested');
  });

  it.each(PHASES)('is not sent when a session that is %s has not moved', (phase) => {
    expect(noticeOf(state(phase), state(phase))).toBeNull();
  });

  it.each(['approved', 'declined'] as const)('is not sent when the provider says %s again', (verdict) => {
    expect(noticeOf(state(verdict, 1), state(verdict, 2))).toBeNull();
  });

  it.each(['open', 'started', 'submitted', 'in_review', 'expired', 'abandoned', 'failed'] as const)(
    'is not sent for a session that has become %s, unless an approval is lost by it',
    (after) => {
      const notices = PHASES.filter((before) => before !== 'approved').map((before) =>
        noticeOf(state(before), state(after, 1)),
      );
      expect(new Set(notices)).toEqual(new Set([null]));
    },
  );

  it.each(PAIRS.filter(([, after]) => after !== 'resubmission_requested'))(
    'is sent for every gain and loss of a decision and for nothing else: %s to %s',
    (before, after) => {
      const [from, to] = [statusOf(before), statusOf(after)];
      const isNews = from !== to && (from === 'verified' || to === 'verified' || to === 'rejected');
      const notice: Notice | null = noticeOf(state(before), state(after, 1));
      expect(notice !== null).toBe(isNews);
    },
  );
});
