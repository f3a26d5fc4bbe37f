import type { ProviderDefinition } from '../provider-definition.ts';
import { VeriffEnvironment } from './veriff.environment.ts';
import { VERIFF } from './veriff.mapping.ts';
import { VeriffProvider } from './veriff.provider.ts';
import { CLIENT_HEADER, SIGNATURE_HEADER } from './veriff.webhook.ts';

export const veriffDefinition: ProviderDefinition<VeriffEnvironment> = {
  name: VERIFF,
  environment: VeriffEnvironment,
  required: ['VERIFF_API_KEY', 'VERIFF_SHARED_SECRETS', 'VERIFF_API_URL'],
  signatureHeaders: [SIGNATURE_HEADER, CLIENT_HEADER],
  accessVariables: ['VERIFF_API_KEY', 'VERIFF_SHARED_SECRETS', 'VERIFF_API_URL'],
  // Veriff documents no limit for reads, so the lowest value of the other providers applies.
  readsPerMinute: 150,
  // Veriff cannot find a session whose response was lost. Recovery then returns null and the attempt ends.
  recoverableForMs: 24 * 60 * 60 * 1_000,
  canSearchByAttempt: false,
  reportsSubmission: true,
  create: (environment, dispatcher) =>
    new VeriffProvider({
      dispatcher,
      apiKey: environment.VERIFF_API_KEY,
      secrets: environment.VERIFF_SHARED_SECRETS,
      apiUrl: environment.VERIFF_API_URL,
    }),
};
