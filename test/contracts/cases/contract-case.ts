import type { ProviderHarness } from '../provider-harness.ts';

/** Checks one rule of the contract with one provider. Throws if the adapter breaks the rule. */
export type Run = (harness: ProviderHarness) => Promise<void>;

/** Cases by name. A name is a sentence about behavior. */
export function cases<Name extends string>(list: Record<Name, Run>): Readonly<Record<Name, Run>> {
  return list;
}
