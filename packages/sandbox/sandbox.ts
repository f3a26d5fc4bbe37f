import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import fastify from 'fastify';
import { createChanges } from './changes.ts';
import type { EmulatedOnfido, EmulatedVeriff, ProviderName, Sandbox } from './contract.ts';
import { registerControlApi } from './control/control-api.ts';
import { environmentOf, openAccounts } from './credentials.ts';
import { registerHostedPages } from './hosted/hosted-pages.ts';
import { createIssuer } from './issuer.ts';
import { openMailbox } from './mailbox.ts';
import { createOnfidoEmulator } from './onfido/emulator.ts';
import type { OnfidoEmulator } from './onfido/emulator.ts';
import type { SandboxOptions } from './options.ts';
import { createPersonaEmulator } from './persona/emulator.ts';
import { createApiSurface } from './provider/api-surface.ts';
import { createDeliveries } from './provider/deliveries.ts';
import { createProviderHandle } from './provider/emulated-provider.ts';
import type { ProviderHandle } from './provider/emulated-provider.ts';
import type { ProviderEmulator, Site } from './provider/emulator.ts';
import { sampleUsers } from './sample-users.ts';
import { createVeriffEmulator } from './veriff/emulator.ts';
import { registerWebPages } from './web-pages.ts';

export { CANARIES } from './canaries.ts';
export type * from './contract.ts';
export type * from './options.ts';

/** The output folder of `npm run build:web`. */
const WEB_ROOT = fileURLToPath(new URL('./web/dist/', import.meta.url));
const RETRY_DELAYS_MS = [250, 1000, 4000, 10_000] as const;

/** Starts the systems that surround the gateway in one process: providers, a token issuer and a mailbox. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const site: Site = { url: '' };
  const closing = new AbortController();
  const accounts = openAccounts(options.veriffReturnUrl);
  const changes = createChanges();
  const changed = () => changes.announce();
  const deliveries = createDeliveries(options.retryDelaysMs ?? RETRY_DELAYS_MS, options.webhookUrl, changed);
  const issuer = await createIssuer(site);
  const mailbox = await openMailbox(options.smtpPort ?? 0, changed);
  const app = fastify({ forceCloseConnections: true });

  function install(emulator: ProviderEmulator): ProviderHandle {
    const api = createApiSurface(emulator, closing.signal, changed);
    api.register(app);
    return createProviderHandle(emulator, api, deliveries, changed);
  }

  const emulators = {
    persona: createPersonaEmulator(site, accounts.persona),
    veriff: createVeriffEmulator(site, accounts.veriff),
    onfido: createOnfidoEmulator(site, accounts.onfido),
  } satisfies Record<ProviderName, ProviderEmulator>;
  const persona = install(emulators.persona);
  const veriff: EmulatedVeriff = {
    ...install(emulators.veriff),
    setDeletion: (settings) => emulators.veriff.setDeletion(settings),
  };
  const onfido = withChecks(install(emulators.onfido), emulators.onfido);

  let closed: Promise<void> | undefined;
  async function closeAll(): Promise<void> {
    closing.abort();
    changes.close();
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
  const gatewayUrl = options.gatewayUrl ?? originOf(options.webhookUrl) ?? 'http://127.0.0.1:3000';
  registerControlApi(app, sandbox, {
    gatewayUrl,
    users: options.users ?? sampleUsers(),
    changes,
    gatewayControl: options.gatewayControl,
    records: options.records,
  });
  registerHostedPages(app, sandbox, emulators);
  registerWebPages(app, gatewayUrl, options.webRoot ?? WEB_ROOT);

  try {
    await app.listen({ port: options.port ?? 0, host: '127.0.0.1' });
  } catch (error) {
    await mailbox.close();
    throw error;
  }
  site.url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  return sandbox;
}

function originOf(url: string | undefined): string | undefined {
  return url === undefined ? undefined : URL.parse(url)?.origin;
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
