import { Gauge, type Registry } from 'prom-client';

/** Without traffic nothing replaces a value, so that it would cause an alert for hours after its cause has ended. */
const EXPIRES_AFTER_MS = 15 * 60_000;

export interface ExpiringGauge {
  name: string;
  help: string;
  /** Replaces an expired value. Null leaves the provider out of a scrape. */
  afterwards: number | null;
}

/** Adds a gauge whose value for a provider expires after 15 minutes. Returns the function that sets a value. */
export function addExpiringGauge(
  registry: Registry,
  { name, help, afterwards }: ExpiringGauge,
): (provider: string, value: number) => void {
  const samples = new Map<string, { value: number; expiresAt: number }>();
  const gauge = new Gauge({
    name,
    help,
    labelNames: ['provider'],
    registers: [],
    collect() {
      this.reset();
      for (const [provider, sample] of samples) {
        const value = performance.now() < sample.expiresAt ? sample.value : afterwards;
        if (value !== null) this.set({ provider }, value);
      }
    },
  });
  registry.registerMetric(gauge);
  return (provider, value) =>
    samples.set(provider, { value, expiresAt: performance.now() + EXPIRES_AFTER_MS });
}
