import { jest } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Metrics } from '../../metrics/metrics.ts';
import { guardedProvider, type GuardedProvider } from './guarded-provider.ts';
import type { KycProvider } from './kyc-provider.ts';
import { ProviderRefusedError, ProviderUnavailableError } from './provider-errors.ts';

const REST_MS = 10_000;
const SHOWN_OPEN_MS = 15 * 60_000;

/** The test sets its responses. Only `readDecision` exists, because the tests call nothing else. */
class FakeProvider {
  readonly name = 'acme';
  calls = 0;
  answer: () => Promise<null> = () => Promise.resolve(null);

  readDecision(): Promise<null> {
    this.calls += 1;
    return this.answer();
  }
}

const fail = () => Promise.reject(new ProviderUnavailableError('acme', 'down'));
const refuse = () => Promise.reject(new ProviderRefusedError('acme', 'no'));

describe('A guarded provider', () => {
  beforeAll(() => Logger.overrideLogger(false));

  let provider: FakeProvider;
  let guarded: GuardedProvider;
  let metrics: Metrics;
  const read = () => guarded.readDecision('id', AbortSignal.timeout(1_000)).catch((error: unknown) => error);
  const readInBackground = () =>
    guarded.inBackground.readDecision('id', AbortSignal.timeout(1_000)).catch((error: unknown) => error);
  const readTimes = async (times: number) => {
    for (let made = 0; made < times; made += 1) await read();
  };

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] });
    provider = new FakeProvider();
    metrics = new Metrics();
    guarded = guardedProvider(provider as unknown as KycProvider, metrics);
  });
  afterEach(() => jest.useRealTimers());

  it('is not called after five failures in a row', async () => {
    provider.answer = fail;
    await readTimes(5);

    expect(await read()).toBeInstanceOf(ProviderUnavailableError);
    expect([provider.calls, guarded.isAcceptingSessions]).toEqual([5, false]);
  });

  it('returns how long the circuit stays open', async () => {
    provider.answer = fail;
    await readTimes(5);
    jest.advanceTimersByTime(4_000);
    expect(await read()).toMatchObject({ retryAfterSeconds: 6 });
  });

  it('stays closed after four failures and a success', async () => {
    provider.answer = fail;
    await readTimes(4);
    provider.answer = () => Promise.resolve(null);
    await read();
    provider.answer = fail;
    await readTimes(4);
    expect([provider.calls, guarded.isAcceptingSessions]).toEqual([9, true]);
  });

  it('stays closed after any number of refusals', async () => {
    provider.answer = refuse;
    await readTimes(20);
    expect([provider.calls, guarded.isAcceptingSessions]).toEqual([20, true]);
  });

  it('ignores failed calls in the background', async () => {
    provider.answer = fail;
    for (let made = 0; made < 20; made += 1) await readInBackground();
    expect([provider.calls, guarded.isAcceptingSessions]).toEqual([20, true]);
  });

  it('is not called in the background while the circuit is open', async () => {
    provider.answer = fail;
    await readTimes(5);
    expect(await readInBackground()).toMatchObject({ retryAfterSeconds: 10 });
    expect(provider.calls).toBe(5);
  });

  it('is called in the background after the pause, even if no user starts', async () => {
    provider.answer = fail;
    await readTimes(5);
    jest.advanceTimersByTime(REST_MS);
    provider.answer = () => Promise.resolve(null);
    expect(await readInBackground()).toBeNull();
  });

  it('is shown as open for 15 minutes after the last failure, if no user starts', async () => {
    const isShownOpen = async () => (await metrics.text()).includes('circuit_open{provider="acme"} 1');
    provider.answer = fail;
    await readTimes(5);
    jest.advanceTimersByTime(SHOWN_OPEN_MS - 1);
    expect(await isShownOpen()).toBe(true);
    await readTimes(1);
    jest.advanceTimersByTime(SHOWN_OPEN_MS - 1);
    expect(await isShownOpen()).toBe(true);
    jest.advanceTimersByTime(1);
    expect(await isShownOpen()).toBe(false);
  });

  it('lets one call through after the pause and closes the circuit if it succeeds', async () => {
    provider.answer = fail;
    await readTimes(5);
    jest.advanceTimersByTime(REST_MS);
    expect(guarded.isAcceptingSessions).toBe(true);
    const trial = Promise.withResolvers<null>();
    provider.answer = () => trial.promise;

    const tried = read();
    expect(guarded.isAcceptingSessions).toBe(false);
    trial.resolve(null);
    expect(await tried).toBeNull();

    await readTimes(3);
    expect([provider.calls, guarded.isAcceptingSessions]).toEqual([9, true]);
  });

  it('opens the circuit again if the call after the pause fails', async () => {
    provider.answer = fail;
    await readTimes(5);
    jest.advanceTimersByTime(REST_MS);
    await readTimes(3);
    expect([provider.calls, guarded.isAcceptingSessions]).toEqual([6, false]);
  });
});
