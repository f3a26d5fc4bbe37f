import type { ProviderName } from './contract.ts';

interface ProviderEntry {
  title: string;
  /** The path under which the sandbox serves the provider's API. */
  apiPath: string;
}

/** The emulated providers, in the order in which the pages and the help list them. */
export const PROVIDERS: Readonly<Record<ProviderName, ProviderEntry>> = {
  persona: { title: 'Persona', apiPath: '/persona/api/v1' },
  veriff: { title: 'Veriff', apiPath: '/veriff/v1' },
  onfido: { title: 'Onfido', apiPath: '/onfido/v3.6' },
};

export const PROVIDER_NAMES = Object.keys(PROVIDERS) as ProviderName[];

/** The titles as an English list: "Persona, Veriff and Onfido". */
export const PROVIDER_LIST = new Intl.ListFormat('en-GB').format(
  Object.values(PROVIDERS).map(({ title }) => title),
);
