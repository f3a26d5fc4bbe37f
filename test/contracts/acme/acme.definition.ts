import type { ProviderDefinition } from '../../../src/kyc/providers/provider-definition.ts';
import { AcmeEnvironment } from './acme.environment.ts';
import { ACME } from './acme.mapping.ts';
import { AcmeProvider } from './acme.provider.ts';
import { SIGNATURE_HEADER } from './acme.webhook.ts';

export const acmeDefinition: ProviderDefinition<AcmeEnvironment> = {
  name: ACME,
  environment: AcmeEnvironment,
  required: ['ACME_API_KEY', 'ACME_WEBHOOK_SECRETS'],
  signatureHeaders: [SIGNATURE_HEADER],
  accessVariables: ['ACME_API_KEY', 'ACME_API_URL'],
  // Half of the limit that Acme documents.
  readsPerMinute: 150,
  // Acme stores the response to an idempotency key for a day.
  recoverableForMs: 24 * 60 * 60 * 1_000,
  canSearchByAttempt: false,
  reportsSubmission: true,
  create: (environment, dispatcher) =>
    new AcmeProvider({
      dispatcher,
      apiKey: environment.ACME_API_KEY,
      secrets: environment.ACME_WEBHOOK_SECRETS,
      apiUrl: environment.ACME_API_URL,
    }),
};
