import type { Metrics } from '../../metrics/metrics.ts';
import { aroundCalls } from './around-calls.ts';
import type { KycProvider } from './kyc-provider.ts';
import { ProviderRefusedError } from './provider-errors.ts';

export function meteredProvider(provider: KycProvider, metrics: Metrics): KycProvider {
  return aroundCalls(provider, async (call, signal, name) => {
    const startedAt = performance.now();
    try {
      return await call(signal);
    } catch (error) {
      if (error instanceof ProviderRefusedError) metrics.providerRefused(provider.name, name);
      throw error;
    } finally {
      metrics.providerCalled(provider.name, name, performance.now() - startedAt);
    }
  });
}
