import fc from 'fast-check';
import {
  isCheckAnnouncement,
  outcomeOfAction,
  outcomeOfCheck,
  outcomeOfRun,
  reasonOf,
} from './onfido.mapping.ts';

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

describe("the reasons of a customer's own workflow", () => {
  it.each([
    ['dark_photo', 'document_unreadable'],
    ['glare_on_photo', 'document_unreadable'],
    ['missing_back', 'document_unreadable'],
    ['obscured_data_points', 'document_unreadable'],
    ['image_quality', 'document_unreadable'],
    ['document_expired', 'document_expired'],
    ['unsupported_document', 'document_unsupported'],
    ['face_not_detected', 'selfie_problem'],
    ['underage', 'underage'],
  ])('show %s as %s', (word, reason) => {
    expect(reasonOf([word])).toBe(reason);
  });

  it.each([
    'photo_of_screen',
    'digital_document',
    'digital_tampering',
    'fake_webcam',
    'face_comparison',
    'face_mismatch',
    'liveness',
    'spoofing_detection',
    'watchlist',
    'known_faces',
    'suspected',
    'DOCUMENT_EXPIRED',
    ' document_expired',
    'Document expired for Jane Doe',
    '__proto__',
    '',
  ])('hide %p', (word) => {
    expect(reasonOf([word])).toBe('other');
  });

  it('are hidden altogether when one of several is not fit to be shown', () => {
    expect(reasonOf(['document_expired', 'digital_tampering'])).toBe('other');
    expect(reasonOf(['document_expired', 42])).toBe('other');
  });

  it('name first what a better photo would not cure, in whatever order they come', () => {
    expect(reasonOf(['blurred_photo', 'underage', 'document_expired'])).toBe('underage');
    expect(reasonOf(['dark_photo', 'document_expired'])).toBe('document_expired');
  });

  it.each([[[]], [null], [undefined], ['document_expired'], [{ 0: 'document_expired' }]])(
    'are of no use as %j',
    (reasons) => {
      expect(reasonOf(reasons)).toBe('other');
    },
  );

  it('come to a word of ours, whatever they are', () => {
    fc.assert(
      fc.property(fc.anything(), (reasons) => {
        expect(typeof reasonOf(reasons)).toBe('string');
      }),
    );
  });
});
