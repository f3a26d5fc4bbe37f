import { onfidoDefinition } from './onfido/onfido.definition.js';
import { personaDefinition } from './persona/persona.definition.js';
import type { ProviderDefinition } from './provider-definition.js';
import { veriffDefinition } from './veriff/veriff.definition.js';

/** Every provider there is: a line each. */
export const PROVIDER_DEFINITIONS: readonly ProviderDefinition[] = [
  personaDefinition,
  veriffDefinition,
  onfidoDefinition,
];
