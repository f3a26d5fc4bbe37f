import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { createServer } from 'node:net';
import { type ProviderName, type Sandbox, startSandbox } from '../../packages/sandbox/sandbox.ts';
import { startGateway, type TestGateway, WEBHOOK_PATH } from './gateway.ts';

/** The setup of `npm run demo` for browser tests: the sandbox with its pages, and a gateway. */
export interface DemoSetup {
  sandbox: Sandbox;
  gateway: TestGateway;
  appUrl: string;
  consoleUrl: string;
  /** Closes every connection to the gateway, including streams. */
  cutConnections(): void;
  close(): Promise<void>;
}

export async function startDemoSetup(provider: ProviderName): Promise<DemoSetup> {
  const port = await freePort();
  const gatewayUrl = `http://127.0.0.1:${port}`;
  const sandbox = await startSandbox({
    gatewayUrl,
    webhookUrl: gatewayUrl + WEBHOOK_PATH,
    retryDelaysMs: [50, 100, 200, 400, 800],
    users: ['Ada', 'Ben', 'Cleo', 'Dana', 'Eve'].map((name) => ({
      id: randomUUID(),
      name,
      email: `${name.toLowerCase()}@example.com`,
    })),
  });
  const gateway = await startGateway({
    provider,
    sandbox,
    port,
    environment: {
      CORS_ORIGINS: sandbox.url,
      KYC_REDIRECT_URLS: `${sandbox.url}/app/return`,
      USERS_FROM_TOKEN: 'true',
    },
  });
  return {
    sandbox,
    gateway,
    appUrl: `${sandbox.url}/`,
    consoleUrl: `${sandbox.url}/console`,
    cutConnections: () => (gateway.app.getHttpServer() as Server).closeAllConnections(),
    close: async () => {
      await gateway.close();
      await sandbox.close();
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
