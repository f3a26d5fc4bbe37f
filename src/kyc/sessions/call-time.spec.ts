import { jest } from '@jest/globals';
import { CallTime } from './call-time.ts';

describe('The time for the calls of one start', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('is enough for a second provider after the first one did not answer, and not for a third', () => {
    const calls = new CallTime(24_000);
    expect(calls.isEnough).toBe(true);
    jest.advanceTimersByTime(12_000);
    expect(calls.isEnough).toBe(true);
    jest.advanceTimersByTime(12_000);
    expect(calls.isEnough).toBe(false);
  });

  it('has no end for a job', () => {
    const calls = new CallTime();
    jest.advanceTimersByTime(3_600_000);
    expect(calls.isEnough).toBe(true);
  });

  it.each([
    [24_000, 12_000],
    [5_000, 5_000],
    [Number.POSITIVE_INFINITY, 12_000],
  ])('of %d ms gives the first call %d ms', (totalMs, callMs) => {
    const timeout = jest.spyOn(AbortSignal, 'timeout');
    new CallTime(totalMs).signal();
    expect(timeout).toHaveBeenCalledWith(callMs);
  });
});
