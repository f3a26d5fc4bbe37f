import { ProviderUnavailableError } from '../provider-errors.ts';
import { eventOfClassicCheck, eventOfRun, eventOfRunsCheck } from './onfido.mapping.ts';

const RUN_ID = '2f152409-d6c4-4711-8750-48517f99a8d6';
const CHECK_ID = 'f2302f45-1111-4222-8333-444455556666';

const run = (fields: object) => ({
  id: RUN_ID,
  customer_user_id: 'user_42',
  status: 'awaiting_input',
  reasons: [],
  updated_at: '2026-03-04T10:20:30Z',
  ...fields,
});

const check = (fields: object) => ({
  id: CHECK_ID,
  applicant_id: '0f1c2d3e-1111-4222-8333-444455556666',
  status: 'complete',
  created_at: '2026-03-04T10:15:00Z',
  ...fields,
});
const clear = check({ result: 'clear' });
const consider = check({ result: 'consider' });
const withdrawn = check({ status: 'withdrawn', result: null });

describe('A run that was read at Onfido', () => {
  it.each(['awaiting_input', 'awaiting_client_input'])(
    'has no event with the status %s if it has not changed, or does not say when',
    (status) => {
      expect(eventOfRun(run({ status, updated_at: null }))).toBeNull();
      expect(eventOfRun(run({ status, created_at: '2026-03-04T10:20:30Z' }))).toBeNull();
    },
  );

  it.each([
    ['awaiting_input', 'started', null],
    ['awaiting_client_input', 'started', null],
    ['processing', 'submitted', null],
    ['approved', 'approved', null],
    ['declined', 'declined', 'document_expired'],
    ['review', 'in_review', null],
    ['abandoned', 'abandoned', null],
    ['error', 'failed', null],
    ['a_new_word', 'unknown', null],
  ])('with the status %s has the outcome %s', (status, outcome, reason) => {
    expect(eventOfRun(run({ status, reasons: ['document_expired'] }))).toEqual({
      provider: 'onfido',
      eventKey: `poll:${RUN_ID}:${status}:2026-03-04T10:20:30Z`,
      sessionId: RUN_ID,
      reference: 'user_42',
      outcome,
      reason,
      occurredAt: new Date('2026-03-04T10:20:30Z'),
    });
  });

  it.each([
    ['approved', null],
    ['approved', 'yesterday'],
    ['declined', undefined],
    ['declined', '2026'],
  ])('is unavailable with the status %s at the time %p', (status, updated_at) => {
    expect(() => eventOfRun(run({ status, updated_at }))).toThrow(ProviderUnavailableError);
  });

  it('can be abandoned without a time', () => {
    const event = eventOfRun(run({ status: 'abandoned', updated_at: null }));
    expect(event).toMatchObject({ eventKey: `poll:${RUN_ID}:abandoned:-`, occurredAt: null });
  });
});

describe('A check of a run at Onfido', () => {
  it.each(['approved', 'declined', 'review', 'abandoned', 'error', 'a_new_word'])(
    'changes nothing if the status of the run is %s',
    (status) => {
      for (const found of [clear, consider, withdrawn]) {
        expect(eventOfRunsCheck(run({ status }), found)).toEqual(eventOfRun(run({ status })));
      }
    },
  );

  it.each(['awaiting_input', 'awaiting_client_input', 'processing'])(
    'approves nothing while the run is %s, but a doubtful result puts it in review',
    (status) => {
      expect(eventOfRunsCheck(run({ status }), clear)).toBeNull();
      expect(eventOfRunsCheck(run({ status }), withdrawn)).toBeNull();
      expect(eventOfRunsCheck(run({ status }), check({ status: 'in_progress' }))).toBeNull();
      expect(eventOfRunsCheck(run({ status }), consider)).toEqual({
        provider: 'onfido',
        eventKey: `poll:check:${CHECK_ID}:complete:consider`,
        sessionId: RUN_ID,
        reference: 'user_42',
        outcome: 'in_review',
        reason: null,
        // Before every verdict of the run with the same second.
        occurredAt: new Date('2026-03-04T10:20:29.999Z'),
      });
    },
  );
});

describe('A check without a run at Onfido', () => {
  it('is the session', () => {
    expect(eventOfClassicCheck(clear)).toEqual({
      provider: 'onfido',
      eventKey: `poll:check:${CHECK_ID}:complete:clear`,
      sessionId: CHECK_ID,
      reference: null,
      outcome: 'approved',
      reason: null,
      occurredAt: new Date('2026-03-04T10:15:00Z'),
    });
    expect(eventOfClassicCheck(consider)).toMatchObject({ outcome: 'in_review' });
    expect(eventOfClassicCheck(withdrawn)).toMatchObject({ outcome: 'abandoned' });
  });

  it('has no event while it continues, and an unknown status has the outcome unknown', () => {
    expect(eventOfClassicCheck(check({ status: 'reopened', result: 'clear' }))).toBeNull();
    expect(eventOfClassicCheck(check({ status: 'new_word', result: 'clear' }))?.outcome).toBe('unknown');
  });

  it('is unavailable if it is clear without a time', () => {
    const undated = check({ result: 'clear', created_at: null });
    expect(() => eventOfClassicCheck(undated)).toThrow(ProviderUnavailableError);
  });
});
