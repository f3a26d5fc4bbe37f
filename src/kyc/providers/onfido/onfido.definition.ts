import type { ProviderDefinition } from '../provider-definition.ts';
import { OnfidoEnvironment } from './onfido.environment.ts';
import { ONFIDO } from './onfido.outcomes.ts';
import { OnfidoProvider } from './onfido.provider.ts';

export const onfidoDefinition: ProviderDefinition<OnfidoEnvironment> = {
  name: ONFIDO,
  environment: OnfidoEnvironment,
  required: ['ONFIDO_API_TOKEN', 'ONFIDO_WORKFLOW_ID', 'ONFIDO_WEBHOOK_TOKENS'],
  create: (environment) =>
    new OnfidoProvider({
      apiToken: environment.ONFIDO_API_TOKEN,
      workflowId: environment.ONFIDO_WORKFLOW_ID,
      webhookTokens: environment.ONFIDO_WEBHOOK_TOKENS,
      region: environment.ONFIDO_REGION,
      apiUrl: environment.ONFIDO_API_URL,
    }),
};
