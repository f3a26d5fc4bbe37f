import { jest } from '@jest/globals';
import { Registry } from 'prom-client';
import { addExpiringGauge } from './expiring-gauge.ts';

const EXPIRES_AFTER_MS = 15 * 60_000;

function gaugeWith(afterwards: number | null) {
  const registry = new Registry();
  const set = addExpiringGauge(registry, { name: 'kyc_example', help: 'An example', afterwards });
  const scrape = async () => (await registry.metrics()).split('\n').filter((line) => line.startsWith('kyc_'));
  return { set, scrape };
}

describe('A gauge whose values expire', () => {
  beforeEach(() => jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask'] }));
  afterEach(() => jest.useRealTimers());

  it('leaves out a value after 15 minutes', async () => {
    const { set, scrape } = gaugeWith(null);
    set('acme', 7);
    jest.advanceTimersByTime(EXPIRES_AFTER_MS - 1);
    expect(await scrape()).toEqual(['kyc_example{provider="acme"} 7']);
    jest.advanceTimersByTime(1);
    expect(await scrape()).toEqual([]);
  });

  it('shows another value afterwards if it has one', async () => {
    const { set, scrape } = gaugeWith(0);
    set('acme', 1);
    jest.advanceTimersByTime(EXPIRES_AFTER_MS);
    expect(await scrape()).toEqual(['kyc_example{provider="acme"} 0']);
  });

  it('keeps a value for as long as it is set again', async () => {
    const { set, scrape } = gaugeWith(null);
    set('acme', 1);
    jest.advanceTimersByTime(EXPIRES_AFTER_MS - 1);
    set('acme', 2);
    jest.advanceTimersByTime(EXPIRES_AFTER_MS - 1);
    expect(await scrape()).toEqual(['kyc_example{provider="acme"} 2']);
  });
});
