import { openRecords } from '../packages/sandbox/records.ts';
import { startSandbox } from '../packages/sandbox/sandbox.ts';
import type { ProviderName, Sandbox, SandboxOptions } from '../packages/sandbox/sandbox.ts';
import { buildWebWhenNeeded, buildWhenNeeded } from '../scripts/build-when-needed.mjs';
import { openDatabase } from './database.ts';
import { freePort } from './free-port.ts';
import { WEBHOOK_PATH } from './gateway-client.ts';
import { startGateway } from './gateway-process.ts';
import type { GatewayProcess } from './gateway-process.ts';
import { GatewaySwitch } from './gateway-switch.ts';
import type { DemoOptions } from './options.ts';
import type { Resources } from './resources.ts';
import { paint, say, sayUp } from './terminal.ts';

const SANDBOX_PORT = 4010;

/** The running systems around the gateway. */
export interface Stage {
  sandbox: Sandbox;
  databaseUrl: string;
  gatewayUrl: string;
  /** The gateway that the pages control; not started yet. */
  gateway: GatewaySwitch;
  /** Starts the gateway, always on the same port. Resolves when it is ready. */
  raiseGateway(provider: ProviderName): Promise<GatewayProcess>;
}

export async function raiseStage(resources: Resources, options: DemoOptions): Promise<Stage> {
  const databaseUrl = await openDatabase(resources, options.databaseUrl);
  const port = await freePort(options.port);
  const gatewayUrl = `http://127.0.0.1:${port}`;
  const gateway = new GatewaySwitch(options.provider, raiseGateway);
  const sandbox = await resources.hold(
    async () => (options.isHeadless ? startSandbox() : startWithPages(await pagesOf(gatewayUrl, gateway))),
    (started) => started.close(),
  );
  sayUp('Sandbox', `${sandbox.url}  identity providers, a login and a mailbox`);
  await buildWhenNeeded({
    isFreshRequired: true,
    onBuilding: () => sayUp('Build', 'dist/ is missing or older than src/: this takes some seconds'),
  });
  if (!options.isHeadless) {
    await buildWebWhenNeeded({
      onBuilding: () => sayUp('Build', 'the web pages are missing or older than packages/sandbox/web/'),
    });
  }

  async function pagesOf(gatewayUrl: string, gatewayControl: GatewaySwitch): Promise<SandboxOptions> {
    const records = await resources.hold(
      () => openRecords(databaseUrl),
      (opened) => opened.close(),
    );
    return {
      gatewayUrl,
      gatewayControl,
      records: (userId) => records.of(userId),
    };
  }

  async function raiseGateway(provider: ProviderName): Promise<GatewayProcess> {
    const environment = {
      ...sandbox.environment,
      DATABASE_URL: databaseUrl,
      KYC_PROVIDER: provider,
      KYC_REDIRECT_URLS: `${sandbox.url}/app/return`,
      CORS_ORIGINS: sandbox.url,
      NODE_ENV: 'development',
      LOG_LEVEL: 'warn',
      USERS_TABLE_CREATE: 'true',
      USERS_FROM_TOKEN: 'true',
    };
    const gateway = await resources.hold(
      () => startGateway(port, environment, (line) => say(paint('yellow', `  gateway: ${line}`))),
      (started) => started.stop(),
    );
    sandbox.deliverTo(gateway.url + WEBHOOK_PATH);
    await gateway.ready();
    sayUp('Gateway', `${gateway.url}  KYC_PROVIDER=${provider}`);
    return gateway;
  }
  return { sandbox, databaseUrl, gatewayUrl, gateway, raiseGateway };
}

/** Uses the documented port, or the next free one. */
async function startWithPages(options: SandboxOptions): Promise<Sandbox> {
  for (let port = SANDBOX_PORT; ; port += 1) {
    try {
      return await startSandbox({ ...options, port });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
}
