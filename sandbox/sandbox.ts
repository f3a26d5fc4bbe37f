import type { AddressInfo } from 'node:net';
import fastify from 'fastify';
import type { EmulatedOnfido, ProviderName, Sandbox, SandboxOptions } from './contract.ts';
import { registerControlApi } from './control/control-api.ts';
import { environmentOf, openAccounts } from './credentials.ts';
import { registerHostedPages } from './hosted/hosted-pages.ts';
import { createIssuer } from './issuer.ts';
import { openMailbox } from './mailbox.ts';
import { createOnfidoEmulator } from './onfido/emulator.ts';
import type { OnfidoEmulator } from './onfido/emulator.ts';
import { createPersonaEmulator } from './persona/emulator.ts';
import { createApiSurface } from './provider/api-surface.ts';
import { createDeliveries } from './provider/deliveries.ts';
import { createProviderHandle } from './provider/emulated-provider.ts';
import type { ProviderHandle } from './provider/emulated-provider.ts';
import type { ProviderEmulator, Site } from './provider/emulator.ts';
import { createVeriffEmulator } from './veriff/emulator.ts';

export { CANARIES } from './canaries.ts';
export type * from './contract.ts';

const RETRY_DELAYS_MS = [250, 1000, 4000, 10_000] as const;

/** Everything that is outside the gateway, in one process: three providers, a token issuer and a mailbox. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const site: Site = { url: '' };
  const closing = new AbortController();
  const accounts = openAccounts();
  const deliveries = createDeliveries(options.retryDelaysMs ?? RETRY_DELAYS_MS, options.webhookUrl);
  const issuer = await createIssuer(site);
  const mailbox = await openMailbox(options.smtpPort ?? 0);
  const app = fastify({ forceCloseConnections: true });

  function install(emulator: ProviderEmulator): ProviderHandle {
    const api = createApiSurface(emulator, closing.signal);
    api.register(app);
    return createProviderHandle(emulator, api, deliveries);
  }

  const emulators = {
    persona: createPersonaEmulator(site, accounts.persona),
    veriff: createVeriffEmulator(site, accounts.veriff),
    onfido: createOnfidoEmulator(site, accounts.onfido),
  } satisfies Record<ProviderName, ProviderEmulator>;
  const persona = install(emulators.persona);
  const veriff = install(emulators.veriff);
  const onfido = withChecks(install(emulators.onfido), emulators.onfido);

  let closed: Promise<void> | undefined;
  async function closeAll(): Promise<void> {
    closing.abort();
    await deliveries.close();
    await Promise.all([app.close(), mailbox.close()]);
  }

  const sandbox: Sandbox = {
    get url() {
      return site.url;
    },
    get environment() {
      return {
        ...environmentOf(site.url, accounts),
        AUTH_JWKS_URL: issuer.jwksUrl,
        AUTH_ISSUER: issuer.issuer,
        AUTH_AUDIENCE: issuer.audience,
        SMTP_URL: mailbox.smtpUrl,
        MAIL_FROM: 'kyc@bank.example',
      };
    },
    persona,
    veriff,
    onfido,
    issuer,
    mailbox,
    deliverTo: (webhookUrl) => deliveries.deliverTo(webhookUrl),
    close: () => (closed ??= closeAll()),
  };

  app.get('/issuer/.well-known/jwks.json', () => issuer.jwks());
  registerControlApi(app, sandbox);
  registerHostedPages(app, sandbox, emulators);

  try {
    await app.listen({ port: options.port ?? 0, host: '127.0.0.1' });
  } catch (error) {
    await mailbox.close();
    throw error;
  }
  site.url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  return sandbox;
}

function withChecks(handle: ProviderHandle, emulator: OnfidoEmulator): EmulatedOnfido {
  return {
    ...handle,
    async completeCheck(runId, result, options = {}) {
      const at = options.at ?? new Date();
      return handle.send(emulator.completeCheck(runId, result, at, options.moveRun ?? true), options);
    },
    checkWebhookFor(runId, result, options = {}) {
      const at = options.at ?? new Date();
      return handle.signed(emulator.completeCheck(runId, result, at, options.moveRun ?? true));
    },
  };
}
