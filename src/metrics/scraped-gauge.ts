import { Gauge, type Registry } from 'prom-client';

/** A scrape within this time repeats the last samples, so that scrapes cannot load the database. */
const FRESH_FOR_MS = 5_000;
/** The samples are left out if they take longer, because Prometheus drops a scrape that takes ten seconds. */
const PATIENCE_MS = 2_000;

export interface Sample {
  labels: Readonly<Record<string, string>>;
  value: number;
}

export interface ScrapedGauge {
  name: string;
  help: string;
  labelNames: readonly [string, ...string[]];
  read(): Promise<Sample[]>;
}

/** Adds a gauge whose samples are read for a scrape. Samples that cannot be read are left out. */
export function addScrapedGauge(registry: Registry, { read, ...gauge }: ScrapedGauge): void {
  let reading: Promise<Sample[]> | null = null;
  let samples: Sample[] = [];
  let freshUntil = 0;

  async function refresh(): Promise<Sample[]> {
    try {
      samples = await read();
    } catch {
      samples = [];
    }
    freshUntil = performance.now() + FRESH_FOR_MS;
    reading = null;
    return samples;
  }
  async function current(): Promise<Sample[]> {
    if (performance.now() < freshUntil) return samples;
    // A read that takes longer than a scrape serves the next scrape, so that slow reads do not add up.
    reading ??= refresh();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<Sample[]>((resolve) => {
      timer = setTimeout(() => resolve([]), PATIENCE_MS);
    });
    return Promise.race([reading, late]).finally(() => clearTimeout(timer));
  }
  const scraped = new Gauge({
    ...gauge,
    labelNames: [...gauge.labelNames],
    registers: [],
    async collect() {
      const found = await current();
      this.reset();
      for (const { labels, value } of found) this.set({ ...labels }, value);
    },
  });
  registry.registerMetric(scraped);
}
