import type { Outcome, RejectionReason } from '../../domain/outcome.ts';
import { isOpenStatus, outcomeOfAction, outcomeOfStatus, reasonOf } from './veriff.mapping.ts';

describe('The words of Veriff', () => {
  it.each<[string, Outcome]>([
    ['created', 'noted'],
    ['started', 'started'],
    ['submitted', 'submitted'],
    ['review', 'in_review'],
    ['resubmission_requested', 'resubmission_requested'],
    ['approved', 'approved'],
    ['declined', 'declined'],
    ['expired', 'expired'],
    ['abandoned', 'abandoned'],
  ])('call the status %s what we call %s', (status, outcome) => {
    expect(outcomeOfStatus(status)).toBe(outcome);
  });

  it.each(['', 'Approved', ' approved', 'success', 'constructor', '__proto__', 'toString', 'pre_approved'])(
    'that we do not know (%j) stay unknown',
    (word) => {
      expect(outcomeOfStatus(word)).toBe('unknown');
      expect(outcomeOfAction(word)).toBe('unknown');
    },
  );

  it.each<[string, Outcome]>([
    ['started', 'started'],
    ['submitted', 'submitted'],
    ['approved', 'unknown'],
    ['declined', 'unknown'],
  ])('mean progress and never a verdict as an action: %s is %s', (action, outcome) => {
    expect(outcomeOfAction(action)).toBe(outcome);
  });

  it('leave a session open only where its link still leads somewhere', () => {
    const statuses = [
      'created',
      'started',
      'submitted',
      'review',
      'resubmission_requested',
      'approved',
      'declined',
    ];
    const open = [...statuses, 'expired', 'abandoned', 'never_heard'].filter(isOpenStatus);
    expect(open).toEqual(['created', 'started', 'resubmission_requested']);
  });
});

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

const PUBLIC_REASONS: readonly [RejectionReason, readonly number[]][] = [
  ['document_unreadable', [201, 203, 204, 205, 209, 210]],
  ['document_unreadable', [603, 608, 609, 614, 615, 619, 621, ...range(625, 635), 642]],
  ['document_expired', [207, 511, 620]],
  ['document_unsupported', [206, 510, 602]],
  ['selfie_problem', [202, 208, 605, 606, 641]],
  ['underage', range(530, 536)],
  ['attempts_exceeded', [539]],
  // Fraud, biometrics, registries, lists, our own mistakes, and what nobody has documented.
  ['other', [...range(101, 113), 120, 121, 122, 123, 124, 126, 127, 128, 129]],
  ['other', [...range(501, 509), 515, 526, 527, 528, 537, 540]],
  ['other', [0, -1, 1, 100, 200, 211, 299, 500, 538, 599, 700, 9102, 204.5, NaN, Infinity]],
];

const CASES = PUBLIC_REASONS.flatMap(([reason, codes]) => codes.map((code) => [code, reason] as const));

describe('A reason code', () => {
  it.each(CASES)('%d is told to the user as %s', (code, reason) => {
    expect(reasonOf('declined', code)).toBe(reason);
    expect(reasonOf('resubmission_requested', code)).toBe(reason);
  });

  it.each(CASES.filter(([code]) => Number.isInteger(code) && code > 99))(
    '%d means %s as text too',
    (code, reason) => {
      expect(reasonOf('declined', String(code))).toBe(reason);
    },
  );

  it.each([601, 640, 695])(
    '%d, granular and new, complains about pictures only when they are to be taken again',
    (code) => {
      expect(reasonOf('resubmission_requested', code)).toBe('document_unreadable');
      expect(reasonOf('declined', code)).toBe('other');
    },
  );

  it.each([null, undefined, '', ' 204', '0x1', '1e2', '٢٠٤', 'constructor', {}, [204], true])(
    'of no documented form (%j) is other',
    (code) => {
      expect(reasonOf('declined', code)).toBe('other');
    },
  );

  it.each<Outcome>([
    'approved',
    'in_review',
    'expired',
    'abandoned',
    'started',
    'submitted',
    'noted',
    'unknown',
  ])('is told to nobody whose session is %s', (outcome) => {
    expect(reasonOf(outcome, 204)).toBeNull();
  });
});
