import type { ProviderDefinition } from '../provider-definition.ts';
import { OnfidoEnvironment } from './onfido.environment.ts';
import { ONFIDO } from './onfido.mapping.ts';
import { OnfidoProvider } from './onfido.provider.ts';
import { SIGNATURE_HEADER } from './onfido.webhook.ts';

export const onfidoDefinition: ProviderDefinition<OnfidoEnvironment> = {
  name: ONFIDO,
  environment: OnfidoEnvironment,
  required: ['ONFIDO_API_TOKEN', 'ONFIDO_WORKFLOW_ID', 'ONFIDO_WEBHOOK_TOKENS'],
  signatureHeaders: [SIGNATURE_HEADER],
  accessVariables: ['ONFIDO_API_TOKEN', 'ONFIDO_REGION', 'ONFIDO_API_URL'],
  // Onfido documents a limit of 400 requests per minute.
  readsPerMinute: 150,
  // Onfido can find a run by its tag at any time. The gateway sets this limit, because after a day no user waits for
  // the run.
  recoverableForMs: 24 * 60 * 60 * 1_000,
  canSearchByAttempt: true,
  // Onfido announces only the end of a run.
  reportsSubmission: false,
  create: (environment, dispatcher) =>
    new OnfidoProvider({
      dispatcher,
      apiKey: environment.ONFIDO_API_TOKEN,
      workflowId: environment.ONFIDO_WORKFLOW_ID,
      secrets: environment.ONFIDO_WEBHOOK_TOKENS,
      region: environment.ONFIDO_REGION,
      apiUrl: environment.ONFIDO_API_URL,
    }),
};
