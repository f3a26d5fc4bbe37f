import type { ProviderHarness } from '../provider-harness.ts';

/** Runs one promise of the contract against a provider on the bench; throws where it is broken. */
export type Run = (harness: ProviderHarness) => Promise<void>;

/** Cases by their name, a sentence about behaviour. */
export function cases<Name extends string>(list: Record<Name, Run>): Readonly<Record<Name, Run>> {
  return list;
}
