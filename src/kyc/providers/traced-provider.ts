import type { Tracing } from '../../tracing/tracing.ts';
import { aroundCalls } from './around-calls.ts';
import type { KycProvider } from './kyc-provider.ts';

/** The provider gets no `traceparent`, because its side of a trace would stay at the provider. */
export function tracedProvider(provider: KycProvider, tracing: Tracing): KycProvider {
  return aroundCalls(provider, (call, signal, name) => {
    const attributes = { 'kyc.provider.name': provider.name, 'kyc.provider.call': name };
    return tracing.run(`${provider.name} ${name}`, { kind: 'client', attributes }, () => call(signal));
  });
}
