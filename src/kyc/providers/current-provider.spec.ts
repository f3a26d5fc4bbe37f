import { Metrics } from '../../metrics/metrics.ts';
import { currentProvider } from './current-provider.ts';
import { guardedProvider } from './guarded-provider.ts';
import type { KycProvider } from './kyc-provider.ts';
import { meteredProvider } from './metered-provider.ts';

it('a provider tells whether its present credentials are for tests, also after they have changed', () => {
  let adapter: Pick<KycProvider, 'isTest'> = { isTest: true };
  const metrics = new Metrics();
  const current = currentProvider('acme', () => adapter as KycProvider);
  const provider = guardedProvider(meteredProvider(current, metrics), metrics);
  expect([provider.isTest, provider.inBackground.isTest]).toEqual([true, true]);

  adapter = { isTest: false };
  expect([provider.isTest, provider.inBackground.isTest]).toEqual([false, false]);

  adapter = {};
  expect(provider.isTest).toBeUndefined();
});
