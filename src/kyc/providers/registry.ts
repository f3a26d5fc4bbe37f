import { onfidoDefinition } from './onfido/onfido.definition.ts';
import { personaDefinition } from './persona/persona.definition.ts';
import type { ProviderDefinition } from './provider-definition.ts';
import { veriffDefinition } from './veriff/veriff.definition.ts';

export const PROVIDER_DEFINITIONS: readonly ProviderDefinition[] = [
  personaDefinition,
  veriffDefinition,
  onfidoDefinition,
];
