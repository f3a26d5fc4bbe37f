import { noticeToSend, type NoticeState } from './notice.ts';
import type { Notice } from './user-status.ts';

const [EARLIER, NOW] = [new Date('2026-03-04T10:00:00Z'), new Date('2026-03-04T10:00:01Z')];

describe('The mail to send', () => {
  const send = (subject: Notice, state: Partial<NoticeState>, queued = {}) =>
    noticeToSend(
      { subject, since: NOW, isRepeat: false, ...queued },
      { phase: 'approved', since: NOW, told: 'nothing', ...state },
    );

  it.each<[Notice, NoticeState['phase']]>([
    ['verified', 'approved'],
    ['rejected', 'declined'],
    ['resubmission_requested', 'resubmission_requested'],
  ])('is %s while the attempt is %s, and none after the attempt has moved on', (subject, phase) => {
    expect(send(subject, { phase })).toBe(subject);
    expect(send(subject, { phase: 'in_review' })).toBeNull();
  });

  it.each<Notice>(['verified', 'rejected'])('does not repeat %s', (subject) => {
    const phase = subject === 'verified' ? 'approved' : 'declined';
    expect(send(subject, { phase, told: subject })).toBeNull();
    expect(send(subject, { phase, told: subject }, { isRepeat: true })).toBe(subject);
  });

  it('reports a withdrawal to a user who was told about the approval, or may have been', () => {
    expect(send('approval_withdrawn', { phase: 'in_review', told: 'verified' })).toBe('approval_withdrawn');
    expect(send('approval_withdrawn', { phase: 'declined', told: null })).toBe('approval_withdrawn');
  });

  it('reports the decision to a user who was never told about the approval', () => {
    expect(send('approval_withdrawn', { phase: 'declined' })).toBe('rejected');
    expect(send('approval_withdrawn', { phase: 'resubmission_requested' })).toBe('resubmission_requested');
    expect(send('approval_withdrawn', { phase: 'in_review' })).toBeNull();
    expect(send('approval_withdrawn', { phase: 'declined', told: 'rejected' })).toBeNull();
  });

  it('is none for a withdrawal that was itself withdrawn', () => {
    expect(send('approval_withdrawn', { phase: 'approved', told: 'verified' })).toBeNull();
  });

  it('is only the latest of several requests to submit again', () => {
    const state = { phase: 'resubmission_requested', told: 'resubmission_requested' } as const;
    expect(send('resubmission_requested', state)).toBe('resubmission_requested');
    expect(send('resubmission_requested', state, { since: EARLIER })).toBeNull();
    expect(send('resubmission_requested', state, { since: undefined })).toBe('resubmission_requested');
  });
});
