import fc from 'fast-check';
import { reasonOf } from './onfido.reasons.ts';

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
