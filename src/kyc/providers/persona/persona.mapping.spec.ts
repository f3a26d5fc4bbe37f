import { isInquiryEvent, outcomeOfEvent, outcomeOfStatus } from './persona.mapping.ts';

describe('what an event of Persona says', () => {
  it.each([
    ['inquiry.started', 'started', null],
    ['inquiry.completed', 'submitted', null],
    ['inquiry.marked-for-review', 'in_review', null],
    ['inquiry.approved', 'approved', null],
    ['inquiry.declined', 'declined', 'other'],
    ['inquiry.failed', 'declined', 'attempts_exceeded'],
    ['inquiry.expired', 'expired', null],
    ['inquiry.created', 'noted', null],
    ['inquiry.transitioned', 'noted', null],
    ['inquiry.redacted', 'noted', null],
    ['inquiry.updated-tags', 'noted', null],
    ['inquiry.reusable-persona-created', 'noted', null],
    ['inquiry.reusable-persona-used', 'noted', null],
    ['inquiry-session.expired', 'noted', null],
    ['inquiry-template-version.published', 'noted', null],
    ['verification.passed', 'noted', null],
    ['account.redacted', 'noted', null],
    ['report/watchlist.matched', 'noted', null],
    ['case.resolved', 'noted', null],
    ['document.processed', 'noted', null],
    ['connect/share-token.inbound-created', 'noted', null],
  ])('%s is %s', (name, outcome, reason) => {
    expect(outcomeOfEvent(name, false)).toEqual({ outcome, reason });
  });

  it.each([
    'inquiry.teleported',
    'inquiry.APPROVED',
    'inquiry.approved ',
    'approved',
    'inquiry',
    'report',
    'reportage.ready',
    'constructor',
    '__proto__',
    '',
  ])('%j is unknown, not guessed', (name) => {
    expect(outcomeOfEvent(name, true)).toEqual({ outcome: 'unknown', reason: null });
  });

  it('a completed inquiry is approved only where the operator says so', () => {
    expect(outcomeOfEvent('inquiry.completed', true)).toEqual({ outcome: 'approved', reason: null });
  });

  it('the flag for completed inquiries changes no other event', () => {
    expect(outcomeOfEvent('inquiry.failed', true)).toEqual(outcomeOfEvent('inquiry.failed', false));
  });

  it.each([
    ['inquiry.approved', true],
    ['inquiry-session.started', false],
    ['verification.passed', false],
  ])('%s carries an inquiry: %s', (name, isOne) => {
    expect(isInquiryEvent(name)).toBe(isOne);
  });
});

describe('what the status of an inquiry says', () => {
  it.each([
    ['pending', 'started', null, 'startedAt'],
    ['completed', 'submitted', null, 'completedAt'],
    ['needs_review', 'in_review', null, 'markedForReviewAt'],
    ['needs-review', 'in_review', null, 'markedForReviewAt'],
    ['approved', 'approved', null, 'decisionedAt'],
    ['declined', 'declined', 'other', 'decisionedAt'],
    ['failed', 'declined', 'attempts_exceeded', 'failedAt'],
    ['expired', 'expired', null, 'expiredAt'],
    ['approved_by_nobody', 'unknown', null, null],
    ['Approved', 'unknown', null, null],
    ['constructor', 'unknown', null, null],
  ])('%s is %s', (status, outcome, reason, datedBy) => {
    expect(outcomeOfStatus(status, false)).toEqual({ outcome, reason, datedBy });
  });

  it('completed is approved only where the operator says so', () => {
    expect(outcomeOfStatus('completed', true)).toEqual({
      outcome: 'approved',
      reason: null,
      datedBy: 'completedAt',
    });
  });
});
