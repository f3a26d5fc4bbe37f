import { isInquiryEvent, outcomeOfEvent, outcomeOfStatus } from './persona.mapping.ts';

describe('An event of Persona', () => {
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
  ])('named %s has the outcome %s', (name, outcome, reason) => {
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
  ])('with the unknown name %j has the outcome unknown', (name) => {
    expect(outcomeOfEvent(name, true)).toEqual({ outcome: 'unknown', reason: null });
  });

  it('about a completed inquiry is approved only if the operator configured that', () => {
    expect(outcomeOfEvent('inquiry.completed', true)).toEqual({ outcome: 'approved', reason: null });
  });

  it('about another status does not depend on the setting for completed inquiries', () => {
    expect(outcomeOfEvent('inquiry.failed', true)).toEqual(outcomeOfEvent('inquiry.failed', false));
  });

  it.each([
    ['inquiry.approved', true],
    ['inquiry-session.started', false],
    ['verification.passed', false],
  ])('named %s has an inquiry as payload: %s', (name, isOne) => {
    expect(isInquiryEvent(name)).toBe(isOne);
  });
});

describe('The status of an inquiry at Persona', () => {
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
  ])('%s has the outcome %s', (status, outcome, reason, datedBy) => {
    expect(outcomeOfStatus(status, false)).toEqual({ outcome, reason, datedBy });
  });

  it('completed is approved only if the operator configured that', () => {
    expect(outcomeOfStatus('completed', true)).toEqual({
      outcome: 'approved',
      reason: null,
      datedBy: 'completedAt',
    });
  });
});
