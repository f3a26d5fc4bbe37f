import { randomUUID } from 'node:crypto';
import { newOnfidoToken } from './onfido/emulator.ts';
import type { OnfidoAccount } from './onfido/emulator.ts';
import { newPersonaSecret } from './persona/emulator.ts';
import type { PersonaAccount } from './persona/emulator.ts';
import { createSecrets } from './provider/secrets.ts';
import { randomId } from './provider/wire.ts';
import { PROVIDERS } from './providers.ts';
import { newVeriffCredential } from './veriff/emulator.ts';
import type { VeriffAccount } from './veriff/emulator.ts';

export interface Accounts {
  persona: PersonaAccount;
  veriff: VeriffAccount;
  onfido: OnfidoAccount;
}

/** Creates one account per provider, with new credentials in the provider's own format. */
export function openAccounts(veriffReturnUrl: string | undefined): Accounts {
  return {
    persona: {
      apiKey: `persona_sandbox_${randomId(32)}`,
      templateId: `itmpl_${randomId()}`,
      secrets: createSecrets(newPersonaSecret),
    },
    veriff: {
      apiKey: newVeriffCredential(),
      secrets: createSecrets(newVeriffCredential),
      returnUrl: veriffReturnUrl ?? null,
    },
    onfido: {
      apiToken: newOnfidoToken('api_sandbox.'),
      workflowId: randomUUID(),
      secrets: createSecrets(newOnfidoToken),
    },
  };
}

/** The environment variables that point a gateway at these accounts. Lists of secrets start with the newest. */
export function environmentOf(url: string, accounts: Accounts): Record<string, string> {
  const { persona, veriff, onfido } = accounts;
  return {
    PERSONA_API_KEY: persona.apiKey,
    PERSONA_TEMPLATE_ID: persona.templateId,
    PERSONA_WEBHOOK_SECRETS: persona.secrets.newestFirst().join(','),
    PERSONA_API_URL: `${url}${PROVIDERS.persona.apiPath}`,
    VERIFF_API_KEY: veriff.apiKey,
    VERIFF_SHARED_SECRETS: veriff.secrets.newestFirst().join(','),
    VERIFF_API_URL: `${url}${PROVIDERS.veriff.apiPath}`,
    ONFIDO_API_TOKEN: onfido.apiToken,
    ONFIDO_WORKFLOW_ID: onfido.workflowId,
    ONFIDO_WEBHOOK_TOKENS: onfido.secrets.newestFirst().join(','),
    ONFIDO_API_URL: `${url}${PROVIDERS.onfido.apiPath}`,
  };
}
