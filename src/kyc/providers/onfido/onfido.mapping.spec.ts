import fc from 'fast-check';
import {
  isCheckAnnouncement,
  outcomeOfAction,
  outcomeOfCheck,
  outcomeOfRun,
  reasonOf,
} from './onfido.mapping.ts';

describe('The mapping of Onfido', () => {
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
  ])('maps the run status %p to %s', (status, outcome) => {
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
  ])('maps the check status %p with the result %p to %s', (status, result, outcome) => {
    expect(outcomeOfCheck(status, result)).toBe(outcome);
  });

  it('approves only the run status approved and the check result clear', () => {
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
  ])('maps the event %s to %s, with a lookup: %s', (action, outcome, asks) => {
    expect([outcomeOfAction(action), isCheckAnnouncement(action)]).toEqual([outcome, asks]);
  });
});

describe('A reason of an Onfido workflow', () => {
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
  ])('%s becomes the public reason %s', (word, reason) => {
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
  ])('%p becomes other', (word) => {
    expect(reasonOf([word])).toBe('other');
  });

  it('becomes other if one of several reasons is not public', () => {
    expect(reasonOf(['document_expired', 'digital_tampering'])).toBe('other');
    expect(reasonOf(['document_expired', 42])).toBe('other');
  });

  it('that a better photo cannot solve comes first, whatever the order', () => {
    expect(reasonOf(['blurred_photo', 'underage', 'document_expired'])).toBe('underage');
    expect(reasonOf(['dark_photo', 'document_expired'])).toBe('document_expired');
  });

  it.each([[[]], [null], [undefined], ['document_expired'], [{ 0: 'document_expired' }]])(
    'in the malformed list %j becomes other',
    (reasons) => {
      expect(reasonOf(reasons)).toBe('other');
    },
  );

  it('of any type becomes a public reason', () => {
    fc.assert(
      fc.property(fc.anything(), (reasons) => {
        expect(typeof reasonOf(reasons)).toBe('string');
      }),
    );
  });
});
