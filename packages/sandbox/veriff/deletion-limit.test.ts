import { createDeletionLimit } from './deletion-limit.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe("Veriff's limit on deletions", () => {
  const start = Date.parse('2026-03-04T10:00:00Z');
  const limit = () => {
    const { grant } = createDeletionLimit();
    return (afterMs: number) => grant(new Date(start + afterMs));
  };

  it('the deletion limit grants five in an hour, and goes on when the first of them is an hour old', () => {
    const grant = limit();
    const inOneHour = [0, 1, 2, 3, 4, 5].map((minute) => grant(minute * MINUTE_MS));
    expect(inOneHour).toEqual([true, true, true, true, true, false]);
    expect(grant(HOUR_MS)).toBe(true);
    expect(grant(HOUR_MS)).toBe(false);
  });

  it('the deletion limit grants ten in 24 hours, however they are spread, and the next when the first is a day old', () => {
    const grant = limit();
    const hours = Array.from({ length: 11 }, (_, hour) => grant(hour * HOUR_MS));
    expect(hours).toEqual([...Array.from({ length: 10 }, () => true), false]);
    expect(grant(24 * HOUR_MS - 1)).toBe(false);
    expect(grant(24 * HOUR_MS)).toBe(true);
  });
});
