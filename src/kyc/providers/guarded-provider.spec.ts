import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Metrics } from '../../metrics/metrics.ts';
import { guardedProvider, type GuardedProvider } from './guarded-provider.ts';
import type { KycProvider } from './kyc-provider.ts';
import { ProviderRefusedError, ProviderUnavailableError } from './provider-errors.ts';

const REST_MS = 10_000;

/** Only `readDecision` and `eraseSession` are called, and answers as it is told to. */
class Patient {
  readonly name = 'acme';
  calls = 0;
  erasures = 0;
  answer: () => Promise<null> = () => Promise.resolve(null);

  readDecision(): Promise<null> {
    this.calls += 1;
    return this.answer();
  }

  eraseSession(): Promise<null> {
    this.erasures += 1;
    return this.answer();
  }
}

const fail = () => Promise.reject(new ProviderUnavailableError('acme', 'down'));
const refuse = () => Promise.reject(new ProviderRefusedError('acme', 'no'));

describe('A provider that is guarded', () => {
  beforeAll(() => Logger.overrideLogger(false));

  let patient: Patient;
  let guarded: GuardedProvider;
  const read = () => guarded.readDecision('id', AbortSignal.timeout(1_000)).catch((error: unknown) => error);
  const readTimes = async (times: number) => {
    for (let made = 0; made < times; made += 1) await read();
  };

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] });
    patient = new Patient();
    guarded = guardedProvider(patient as unknown as KycProvider, new Metrics());
  });
  afterEach(() => jest.useRealTimers());

  it('is not called any more after five failures in a row', async () => {
    patient.answer = fail;
    await readTimes(5);

    expect(await read()).toBeInstanceOf(ProviderUnavailableError);
    expect([patient.calls, guarded.isAcceptingSessions]).toEqual([5, false]);
  });

  it('tells for how long it rests', async () => {
    patient.answer = fail;
    await readTimes(5);
    jest.advanceTimersByTime(4_000);
    expect(await read()).toMatchObject({ retryAfterSeconds: 6 });
  });

  it('is called on after four failures and a success', async () => {
    patient.answer = fail;
    await readTimes(4);
    patient.answer = () => Promise.resolve(null);
    await read();
    patient.answer = fail;
    await readTimes(4);
    expect([patient.calls, guarded.isAcceptingSessions]).toEqual([9, true]);
  });

  it('is called on however often it refuses', async () => {
    patient.answer = refuse;
    await readTimes(20);
    expect([patient.calls, guarded.isAcceptingSessions]).toEqual([20, true]);
  });

  it('takes new sessions however often an erasure fails, and erases even while it rests', async () => {
    const erase = () => guarded.eraseSession('id', AbortSignal.timeout(1_000)).catch(() => null);
    patient.answer = fail;
    for (let made = 0; made < 20; made += 1) await erase();
    expect([patient.erasures, guarded.isAcceptingSessions]).toEqual([20, true]);

    await readTimes(5);
    await erase();
    expect([patient.erasures, guarded.isAcceptingSessions]).toEqual([21, false]);
  });

  it('is tried by one call after its rest, and is well again if that succeeds', async () => {
    patient.answer = fail;
    await readTimes(5);
    jest.advanceTimersByTime(REST_MS);
    expect(guarded.isAcceptingSessions).toBe(true);
    const trial = Promise.withResolvers<null>();
    patient.answer = () => trial.promise;

    const tried = read();
    expect(guarded.isAcceptingSessions).toBe(false);
    trial.resolve(null);
    expect(await tried).toBeNull();

    await readTimes(3);
    expect([patient.calls, guarded.isAcceptingSessions]).toEqual([9, true]);
  });

  it('rests again if the trial fails', async () => {
    patient.answer = fail;
    await readTimes(5);
    jest.advanceTimersByTime(REST_MS);
    await readTimes(3);
    expect([patient.calls, guarded.isAcceptingSessions]).toEqual([6, false]);
  });
});
