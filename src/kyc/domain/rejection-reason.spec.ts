import fc from 'fast-check';
import {
  nextAfterRejection,
  PUBLIC_REASONS,
  publicReason,
  REJECTION_REASONS,
  wordsOf,
} from './rejection-reason.ts';

const FINAL = ['underage', 'fraud'];
const anyWord = fc.oneof(fc.string(), fc.constantFrom(...REJECTION_REASONS, 'constructor', '__proto__'));

describe('A rejection reason', () => {
  it('of exactly a minor or a confirmed fraudster leads to support instead of another attempt', () => {
    const toSupport = REJECTION_REASONS.filter((reason) => nextAfterRejection(reason) === 'contact_support');
    expect(toSupport.toSorted()).toEqual(FINAL.toSorted());
  });

  it('that is unknown or missing allows another attempt', () => {
    fc.assert(
      fc.property(fc.option(anyWord), (word) => {
        fc.pre(word === null || !FINAL.includes(word));
        expect(nextAfterRejection(word)).toBe('retry');
      }),
    );
  });

  it('is shown as itself, unless it is fraud or unknown, which are shown as other', () => {
    fc.assert(
      fc.property(anyWord, (word) => {
        const isPublic = word !== 'fraud' && (REJECTION_REASONS as readonly string[]).includes(word);
        expect(publicReason(word)).toBe(isPublic ? word : 'other');
      }),
    );
    expect(publicReason(null)).toBeNull();
  });

  it('that is public has words of its own', () => {
    expect(PUBLIC_REASONS).not.toContain('fraud');
    expect(PUBLIC_REASONS).toHaveLength(REJECTION_REASONS.length - 1);
    expect(new Set(PUBLIC_REASONS.map(wordsOf)).size).toBe(PUBLIC_REASONS.length);
  });

  it('that is public has words that mention neither fraud nor a suspicion', () => {
    expect(PUBLIC_REASONS.map(wordsOf).join(' ')).not.toMatch(/fraud|suspic|fake|tamper/i);
  });
});
