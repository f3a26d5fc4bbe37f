import fc from 'fast-check';
import { KYC_STATUSES, type KycStatus } from '../../users/kyc-status.ts';
import { ENDINGS, type EventSource, PROGRESS, VERDICTS } from './outcome.ts';
import { REJECTION_REASONS, type RejectionReason } from './rejection-reason.ts';
import { foldSession, type LedgerEntry, type Phase, type SessionState } from './session-state.ts';
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

const FINAL_REASONS: readonly RejectionReason[] = ['underage', 'fraud'];

const entry = (minute: number, reason: RejectionReason, source: EventSource): LedgerEntry => ({
  eventKey: `${minute}`,
  outcome: 'declined',
  reason,
  occurredAt: new Date(Date.UTC(2026, 2, 4, 12, minute)),
  receivedAt: new Date(Date.UTC(2026, 2, 4, 13)),
  source,
});

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
    'a user is %s while the current session is %s',
    (status, phase) => {
      expect(statusOf(phase)).toBe(status);
    },
  );

  it('the rule and the users table have the same statuses', () => {
    // The types check this as well: a status that only one of the two lists contains does not compile.
    const produced: KycStatus[] = PHASES.map(statusOf);
    const stored: readonly Status[] = KYC_STATUSES;
    expect(new Set(produced)).toEqual(new Set(stored));
  });
});

describe('The next action', () => {
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
  ])('the next action is %s while the session is %s and attempts are left', (action, phase) => {
    expect(nextActionOf(statusOf(phase), { phase, reason: null }, 1)).toBe(action);
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
  ])('the next action is %s while the session is %s and no attempts are left', (action, phase) => {
    expect(nextActionOf(statusOf(phase), { phase, reason: null }, 0)).toBe(action);
  });

  it('a rejection for age or fraud leads to support, however many attempts are left', () => {
    fc.assert(
      fc.property(fc.constantFrom(...FINAL_REASONS), fc.nat(), (reason, attemptsLeft) => {
        expect(nextActionOf('rejected', { phase: 'declined', reason }, attemptsLeft)).toBe('contact_support');
      }),
    );
  });

  it('only a rejection with another reason and with attempts left leads to another attempt', () => {
    const anyReason = fc.option(fc.constantFrom(...REJECTION_REASONS));
    fc.assert(
      fc.property(fc.constantFrom(...PHASES), anyReason, fc.nat(3), (phase, reason, attemptsLeft) => {
        const isFinal = reason !== null && FINAL_REASONS.includes(reason);
        const isRetry = phase === 'declined' && attemptsLeft > 0 && !isFinal;
        expect(nextActionOf(statusOf(phase), { phase, reason }, attemptsLeft) === 'retry').toBe(isRetry);
      }),
    );
  });

  it("an operator's later decision on another reason allows another attempt", () => {
    const others = REJECTION_REASONS.filter((reason) => !FINAL_REASONS.includes(reason));
    fc.assert(
      fc.property(
        fc.constantFrom(...FINAL_REASONS),
        fc.constantFrom(...others),
        fc.boolean(),
        (before, after, isRepeated) => {
          const declined = entry(0, before, 'webhook');
          // The provider's next delivery of the same verdict does not undo the operator's decision.
          const repeated = isRepeated ? [entry(2, before, 'webhook')] : [];
          const state = foldSession([declined, entry(1, after, 'operator'), ...repeated]);
          expect(nextActionOf(statusOf(state.phase), state, 1)).toBe('retry');
        },
      ),
    );
  });

  it('the next action is start for a user who never had a session', () => {
    expect(nextActionOf('not_verified', null, 5)).toBe('start');
  });

  it.each<[NextAction, Status]>([
    ['none', 'verified'],
    ['continue', 'pending'],
    ['retry', 'rejected'],
  ])(
    'the next action is %s for a user whom the platform has set to %s without a session',
    (action, status) => {
      expect(nextActionOf(status, null, 1)).toBe(action);
    },
  );
});

describe('The mail about a changed session', () => {
  const into = (phase: Phase) => PHASES.filter((before) => before !== phase && before !== 'approved');

  it.each(into('approved'))('the mail after %s tells the user that they are verified', (before) => {
    expect(noticeOf(state(before), state('approved', 1))).toBe('verified');
  });

  it.each(into('declined'))('the mail after %s tells the user that they are rejected', (before) => {
    expect(noticeOf(state(before), state('declined', 1))).toBe('rejected');
  });

  it.each(into('resubmission_requested'))(
    'the mail after %s asks the user to submit something again',
    (before) => {
      expect(noticeOf(state(before), state('resubmission_requested', 1))).toBe('resubmission_requested');
    },
  );

  it.each(PHASES.filter((phase) => phase !== 'approved'))(
    'the mail tells the user that the approval is withdrawn when %s replaces it',
    (after) => {
      expect(noticeOf(state('approved'), state(after, 1))).toBe('approval_withdrawn');
    },
  );

  it('the mail asks the user again for each later resubmission request', () => {
    expect(noticeOf(state('resubmission_requested', 1), state('resubmission_requested', 2))).toBe(
      'resubmission_requested',
    );
  });

  it('the mail asks for a resubmission if the provider names no time', () => {
    const undated = (phase: Phase): SessionState => ({ phase, reason: null, since: null });
    expect(noticeOf(undated('open'), undated('resubmission_requested'))).toBe('resubmission_requested');
  });

  it.each(PHASES)('no mail is sent when a session stays %s', (phase) => {
    expect(noticeOf(state(phase), state(phase))).toBeNull();
  });

  it.each(['approved', 'declined'] as const)('no mail is sent when the provider repeats %s', (verdict) => {
    expect(noticeOf(state(verdict, 1), state(verdict, 2))).toBeNull();
  });

  it.each(['open', 'started', 'submitted', 'in_review', 'expired', 'abandoned', 'failed'] as const)(
    'no mail is sent when a session becomes %s, unless it was approved before',
    (after) => {
      const notices = PHASES.filter((before) => before !== 'approved').map((before) =>
        noticeOf(state(before), state(after, 1)),
      );
      expect(new Set(notices)).toEqual(new Set([null]));
    },
  );

  it.each(PAIRS.filter(([, after]) => after !== 'resubmission_requested'))(
    'a mail is sent if and only if a decision is gained or lost: %s to %s',
    (before, after) => {
      const [from, to] = [statusOf(before), statusOf(after)];
      const isNews = from !== to && (from === 'verified' || to === 'verified' || to === 'rejected');
      const notice: Notice | null = noticeOf(state(before), state(after, 1));
      expect(notice !== null).toBe(isNews);
    },
  );
});
