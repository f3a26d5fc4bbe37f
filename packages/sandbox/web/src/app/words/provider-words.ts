import { pick } from './pick.ts';

const NAMES: Readonly<Record<string, string>> = { persona: 'Persona', veriff: 'Veriff', onfido: 'Onfido' };

/** How the provider spells its name; one that is not known here is called what the gateway calls it. */
export function providerName(provider: string): string {
  return pick(NAMES, provider, provider);
}
