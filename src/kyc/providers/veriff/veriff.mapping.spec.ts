import type { Outcome } from '../../domain/outcome.ts';
import type { RejectionReason } from '../../domain/rejection-reason.ts';
import { isOpenStatus, outcomeOfAction, outcomeOfStatus, reasonOf } from './veriff.mapping.ts';

describe('The mapping of Veriff', () => {
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
  ])('maps the status %s to the outcome %s', (status, outcome) => {
    expect(outcomeOfStatus(status)).toBe(outcome);
  });

  it.each(['', 'Approved', ' approved', 'success', 'constructor', '__proto__', 'toString', 'pre_approved'])(
    'maps the unknown status or action %j to unknown',
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
  ])('maps the action %s to %s and never to a verdict', (action, outcome) => {
    expect(outcomeOfAction(action)).toBe(outcome);
  });

  it('treats a session as open only while its link works', () => {
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

const REASONS: readonly [RejectionReason, readonly number[]][] = [
  ['document_unreadable', [201, 203, 204, 205, 209, 210]],
  ['document_unreadable', [603, 608, 609, 614, 615, 619, 621, ...range(625, 635), 642]],
  ['document_expired', [207, 511, 620]],
  ['document_unsupported', [206, 510, 602]],
  ['selfie_problem', [202, 208, 605, 606, 641]],
  ['underage', range(530, 536)],
  ['attempts_exceeded', [539]],
  ['fraud', [106, 111]],
  // These are suspicions, biometrics, registries, lists, mistakes of the gateway, and undocumented codes.
  ['other', [...range(101, 105), ...range(107, 110), 112, 113, 120, 121, 122, 123, 124, 126, 127, 128, 129]],
  ['other', [...range(501, 509), 515, 526, 527, 528, 537, 540]],
  ['other', [0, -1, 1, 100, 200, 211, 299, 500, 538, 599, 700, 9102, 204.5, NaN, Infinity]],
];

const CASES = REASONS.flatMap(([reason, codes]) => codes.map((code) => [code, reason] as const));

describe('A reason code of Veriff', () => {
  it.each(CASES)('%d becomes the reason %s', (code, reason) => {
    expect(reasonOf('declined', code)).toBe(reason);
    expect(reasonOf('resubmission_requested', code)).toBe(reason);
  });

  it.each(CASES.filter(([code]) => Number.isInteger(code) && code > 99))(
    '%d as text becomes %s too',
    (code, reason) => {
      expect(reasonOf('declined', String(code))).toBe(reason);
    },
  );

  it.each([601, 640, 695])(
    '%d, a new granular code, becomes document_unreadable only for a resubmission',
    (code) => {
      expect(reasonOf('resubmission_requested', code)).toBe('document_unreadable');
      expect(reasonOf('declined', code)).toBe('other');
    },
  );

  it.each([null, undefined, '', ' 204', '0x1', '1e2', '٢٠٤', 'constructor', {}, [204], true])(
    'without the documented form (%j) becomes other',
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
  ])('is null if the outcome is %s', (outcome) => {
    expect(reasonOf(outcome, 204)).toBeNull();
  });
});
