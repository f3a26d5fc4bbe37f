import type { ProviderDefinition } from '../provider-definition.ts';
import { VeriffEnvironment } from './veriff.environment.ts';
import { VeriffProvider } from './veriff.provider.ts';

export const veriffDefinition: ProviderDefinition<VeriffEnvironment> = {
  name: 'veriff',
  environment: VeriffEnvironment,
  required: ['VERIFF_API_KEY', 'VERIFF_SHARED_SECRETS', 'VERIFF_API_URL'],
  create: (environment) =>
    new VeriffProvider({
      apiKey: environment.VERIFF_API_KEY,
      sharedSecrets: environment.VERIFF_SHARED_SECRETS,
      apiUrl: environment.VERIFF_API_URL,
    }),
};
