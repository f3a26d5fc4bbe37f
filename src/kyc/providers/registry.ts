import { onfidoDefinition } from './onfido/onfido.definition.ts';
import { personaDefinition } from './persona/persona.definition.ts';
import type { ProviderDefinition } from './provider-definition.ts';
import { veriffDefinition } from './veriff/veriff.definition.ts';

/** All providers that the gateway supports. A new provider is one more line. */
export const PROVIDER_DEFINITIONS: readonly ProviderDefinition[] = [
  personaDefinition,
  veriffDefinition,
  onfidoDefinition,
];
