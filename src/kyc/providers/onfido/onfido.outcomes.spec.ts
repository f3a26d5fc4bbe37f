import fc from 'fast-check';
import { isCheckAnnouncement, outcomeOfAction, outcomeOfCheck, outcomeOfRun } from './onfido.outcomes.ts';

describe("Onfido's words", () => {
  it.each([
    ['awaiting_input', 'noted'],
    ['awaiting_client_input', 'noted'],
    ['processing', 'submitted'],
    ['approved', 'approved'],
    ['declined', 'declined'],
    ['review', 'in_review'],
    ['abandoned', 'abandoned'],
    ['error', 'failed'],
    ['Approved', 'unknown'],
    ['__proto__', 'unknown'],
    ['constructor', 'unknown'],
    ['', 'unknown'],
  ])('a run that is %p reads %s', (status, outcome) => {
    expect(outcomeOfRun(status)).toBe(outcome);
  });

  it.each([
    ['complete', 'clear', 'approved'],
    ['complete', 'consider', 'in_review'],
    ['complete', 'unidentified', 'unknown'],
    ['complete', null, 'unknown'],
    ['withdrawn', null, 'abandoned'],
    ['withdrawn', 'clear', 'abandoned'],
    ['in_progress', null, 'noted'],
    ['awaiting_applicant', null, 'noted'],
    ['paused', null, 'noted'],
    ['reopened', 'clear', 'noted'],
    ['cancelled', 'clear', 'unknown'],
    ['__proto__', 'clear', 'unknown'],
  ])('a check that is %p with the result %p reads %s', (status, result, outcome) => {
    expect(outcomeOfCheck(status, result)).toBe(outcome);
  });

  it('approves on no other word than those two', () => {
    fc.assert(
      fc.property(fc.string(), fc.option(fc.string()), (status, result) => {
        if (status !== 'approved') expect(outcomeOfRun(status)).not.toBe('approved');
        if (status !== 'complete' || result !== 'clear') {
          expect(outcomeOfCheck(status, result)).not.toBe('approved');
        }
      }),
    );
  });

  it.each([
    ['check.completed', 'noted', true],
    ['check.reopened', 'noted', true],
    ['check.withdrawn', 'noted', true],
    ['check.started', 'noted', false],
    ['check.form_completed', 'noted', false],
    ['workflow_task.started', 'noted', false],
    ['workflow_task.completed', 'noted', false],
    ['report.completed', 'noted', false],
    ['watchlist_monitor.matches_updated', 'noted', false],
    ['audit_log.created', 'noted', false],
    ['workflow_timeline_file.created', 'noted', false],
    ['workflow_run_evidence_folder.created', 'noted', false],
    ['completed', 'unknown', false],
    ['check.exploded', 'unknown', false],
    ['__proto__', 'unknown', false],
  ])('the event %s is %s, and asks for a look-up: %s', (action, outcome, asks) => {
    expect([outcomeOfAction(action), isCheckAnnouncement(action)]).toEqual([outcome, asks]);
  });
});
