import { Registry } from 'prom-client';
import { addScrapedGauge, type Sample } from './scraped-gauge.ts';

const sample = (value: number): Sample[] => [{ labels: { state: 'busy' }, value }];

function scraped(read: () => Promise<Sample[]>) {
  const registry = new Registry();
  addScrapedGauge(registry, { name: 'kyc_example', help: 'An example', labelNames: ['state'], read });
  return async () => (await registry.metrics()).split('\n').filter((line) => line.startsWith('kyc_'));
}

describe('A gauge that is read for a scrape', () => {
  it('is read once for scrapes in quick succession', async () => {
    let reads = 0;
    const scrape = scraped(async () => sample((reads += 1)));
    const expected = ['kyc_example{state="busy"} 1'];
    expect(await Promise.all([scrape(), scrape()])).toEqual([expected, expected]);
    expect(await scrape()).toEqual(expected);
  });

  it('is left out if the read fails', async () => {
    const scrape = scraped(() => Promise.reject(new Error('no database')));
    expect(await scrape()).toEqual([]);
  });

  it('is left out of a scrape that the read would delay, and is in the next one', async () => {
    let finish: (samples: Sample[]) => void = () => undefined;
    const scrape = scraped(() => new Promise((resolve) => (finish = resolve)));
    expect(await scrape()).toEqual([]);
    finish(sample(3));
    expect(await scrape()).toEqual(['kyc_example{state="busy"} 3']);
  });
});
