import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import fastify from 'fastify';
import { createChanges } from './changes.ts';
import type { EmulatedProviders, Sandbox } from './sandbox-type.ts';
import { registerControlApi } from './control/control-api.ts';
import { EMULATORS } from './emulators.ts';
import { registerHostedPages } from './hosted/hosted-pages.ts';
import { createIssuer } from './issuer.ts';
import { openMailbox } from './mailbox.ts';
import type { SandboxOptions } from './options.ts';
import { createApiSurface } from './provider/api-surface.ts';
import { createDeliveries } from './provider/deliveries.ts';
import type { EmulatedProvider } from './provider/contract.ts';
import { createProviderHandle } from './provider/emulated-provider.ts';
import type { ProviderEmulator, Site } from './provider/emulator.ts';
import { sampleUsers } from './sample-users.ts';
import { registerWebPages } from './web-pages.ts';

export { CANARIES } from './canaries.ts';
export type * from './contract.ts';
export type * from './options.ts';
export type * from './provider/contract.ts';
export type * from './sandbox-type.ts';

/** The output folder of `npm run build:web`. */
const WEB_ROOT = fileURLToPath(new URL('./web/dist/', import.meta.url));
const RETRY_DELAYS_MS = [250, 1000, 4000, 10_000] as const;

/** Starts the systems that surround the gateway in one process: providers, a token issuer and a mailbox. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const site: Site = { url: '', returnUrl: options.returnUrl, personaAccount: options.personaAccount ?? {} };
  const closing = new AbortController();
  const changes = createChanges();
  const changed = () => changes.announce();
  const deliveries = createDeliveries(options.retryDelaysMs ?? RETRY_DELAYS_MS, options.webhookUrl, changed);
  const issuer = await createIssuer(site);
  const mailbox = await openMailbox(options.smtpPort ?? 0, changed);
  const app = fastify({ forceCloseConnections: true });

  const emulators = new Map<string, ProviderEmulator>();
  const providers = new Map<string, EmulatedProvider>();
  for (const { name, open } of [...EMULATORS, ...(options.emulators ?? [])]) {
    const emulator = open(site);
    const api = createApiSurface(emulator, closing.signal, changed);
    api.register(app);
    const handle = createProviderHandle(emulator, api, deliveries, changed);
    emulators.set(name, emulator);
    providers.set(name, { ...handle, ...emulator.controls(handle) });
  }

  let closed: Promise<void> | undefined;
  async function closeAll(): Promise<void> {
    closing.abort();
    changes.close();
    await deliveries.close();
    await Promise.all([app.close(), mailbox.close()]);
  }

  const sandbox: Sandbox = {
    ...(Object.fromEntries(providers) as unknown as EmulatedProviders),
    get url() {
      return site.url;
    },
    provider(name) {
      const provider = providers.get(name);
      if (provider === undefined) throw new Error(`The sandbox emulates no ${name}`);
      return provider;
    },
    get environment() {
      return {
        ...Object.assign({}, ...[...emulators.values()].map((emulator) => emulator.variables())),
        AUTH_JWKS_URL: issuer.jwksUrl,
        AUTH_ISSUER: issuer.issuer,
        AUTH_AUDIENCE: issuer.audience,
        SMTP_URL: mailbox.smtpUrl,
        MAIL_FROM: 'kyc@bank.example',
      };
    },
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
