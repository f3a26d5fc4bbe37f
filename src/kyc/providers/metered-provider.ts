import type { Metrics } from '../../metrics/metrics.ts';
import { aroundCalls } from './around-calls.ts';
import type { KycProvider } from './kyc-provider.ts';

export function meteredProvider(provider: KycProvider, metrics: Metrics): KycProvider {
  return aroundCalls(provider, async (call, signal, name) => {
    const startedAt = performance.now();
    try {
      return await call(signal);
    } finally {
      metrics.providerCalled(provider.name, name, performance.now() - startedAt);
    }
  });
}
