import { EMULATORS } from './emulators.ts';
import type { ProviderName } from './sandbox-type.ts';
import type { ProviderFacts } from './provider/facts.ts';

export const PROVIDER_NAMES: readonly ProviderName[] = EMULATORS.map(({ name }) => name);

export const PROVIDERS = Object.fromEntries(EMULATORS.map(({ name, facts }) => [name, facts])) as Readonly<
  Record<ProviderName, ProviderFacts>
>;

/** The titles as an English list: "Persona, Veriff and Onfido". */
export const PROVIDER_LIST = new Intl.ListFormat('en-GB').format(
  Object.values(PROVIDERS).map(({ title }) => title),
);
