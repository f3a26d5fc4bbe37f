import type { ProviderDefinition } from '../provider-definition.ts';
import { PersonaEnvironment } from './persona.environment.ts';
import { PERSONA } from './persona.mapping.ts';
import { PersonaProvider } from './persona.provider.ts';
import { SIGNATURE_HEADER } from './persona.webhook.ts';

export const personaDefinition: ProviderDefinition<PersonaEnvironment> = {
  name: PERSONA,
  environment: PersonaEnvironment,
  required: ['PERSONA_API_KEY', 'PERSONA_TEMPLATE_ID', 'PERSONA_WEBHOOK_SECRETS'],
  signatureHeaders: [SIGNATURE_HEADER],
  accessVariables: ['PERSONA_API_KEY', 'PERSONA_API_URL'],
  // Persona documents a limit of 300 requests per minute.
  readsPerMinute: 150,
  // Persona stores its response to an idempotency key for a day.
  recoverableForMs: 24 * 60 * 60 * 1_000,
  // Persona finds a session by repeating its creation.
  canSearchByAttempt: false,
  reportsSubmission: true,
  create: (environment, dispatcher) =>
    new PersonaProvider({
      dispatcher,
      apiKey: environment.PERSONA_API_KEY,
      templateId: environment.PERSONA_TEMPLATE_ID,
      apiUrl: environment.PERSONA_API_URL,
      secrets: environment.PERSONA_WEBHOOK_SECRETS,
      isCompletedApproved: environment.PERSONA_COMPLETED_IS_APPROVED,
    }),
};
