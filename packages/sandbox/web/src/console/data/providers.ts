import type { ProviderName } from './sandbox.ts';

export const PROVIDERS: readonly ProviderName[] = ['persona', 'veriff', 'onfido'];

export const PROVIDER_TITLES: Readonly<Record<ProviderName, string>> = {
  persona: 'Persona',
  veriff: 'Veriff',
  onfido: 'Onfido',
};
