import { startSandbox } from '../sandbox/sandbox.ts';
import type { ProviderName, Sandbox } from '../sandbox/sandbox.ts';
import { buildWhenNeeded } from '../scripts/build-when-needed.mjs';
import { openDatabase } from './database.ts';
import { freePort } from './free-port.ts';
import { WEBHOOK_PATH } from './gateway-client.ts';
import { startGateway } from './gateway-process.ts';
import type { GatewayProcess } from './gateway-process.ts';
import type { DemoOptions } from './options.ts';
import type { Resources } from './resources.ts';
import { paint, say, sayUp } from './terminal.ts';

/** Everything around the gateway, up and running. */
export interface Stage {
  sandbox: Sandbox;
  databaseUrl: string;
  /** Starts the gateway, on the same port every time; resolves when it serves. */
  raiseGateway(provider: ProviderName): Promise<GatewayProcess>;
}

export async function raiseStage(resources: Resources, options: DemoOptions): Promise<Stage> {
  const databaseUrl = await openDatabase(resources, options.databaseUrl);
  const sandbox = await resources.hold(
    () => startSandbox(),
    (started) => started.close(),
  );
  sayUp('Sandbox', `${sandbox.url}  Persona, Veriff, Onfido, a login and a mailbox`);
  await buildWhenNeeded({
    isFreshRequired: true,
    onBuilding: () => sayUp('Build', 'dist/ is missing or older than src/: this takes some seconds'),
  });
  const port = await freePort(options.port);

  async function raiseGateway(provider: ProviderName): Promise<GatewayProcess> {
    const environment = {
      ...sandbox.environment,
      DATABASE_URL: databaseUrl,
      KYC_PROVIDER: provider,
      KYC_REDIRECT_URLS: 'https://app.example.com/kyc/return',
      NODE_ENV: 'development',
      LOG_LEVEL: 'warn',
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
  return { sandbox, databaseUrl, raiseGateway };
}
