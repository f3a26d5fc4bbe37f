/** `npm run dev`: PostgreSQL, the sandbox and the gateway from src/. The gateway restarts after every edit. */
import { watch } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../demo/free-port.ts';
import { WEBHOOK_PATH } from '../demo/gateway-client.ts';
import { interruption } from '../demo/interruption.ts';
import { Resources } from '../demo/resources.ts';
import { startPostgres } from '../packages/sandbox/postgres/postgres.ts';
import { PROVIDER_NAMES } from '../packages/sandbox/providers.ts';
import { startSandbox } from '../packages/sandbox/sandbox.ts';
import { type ServerProcess, startServer } from '../tools/server-process.ts';
import './end-with-npm.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const LOADER = new URL('typescript-loader.mjs', import.meta.url).href;
const KEEP_COMPILED = new URL('keep-compiled.mjs', import.meta.url).href;
/** The pause before a restart, because an editor writes a file in several steps. */
const SETTLED_AFTER_MS = 100;

const interrupted = interruption();
const resources = new Resources();
try {
  await Promise.race([run(), interrupted]);
} finally {
  await resources.close();
}
process.exit(0);

async function run(): Promise<void> {
  const postgres = await resources.hold(
    () => startPostgres({ isDurable: false }),
    (server) => server.stop(),
  );
  const port = await freePort(Number(process.env['PORT'] ?? 3_000));
  const url = `http://127.0.0.1:${port}`;
  const sandbox = await resources.hold(
    () => startSandbox({ gatewayUrl: url }),
    (started) => started.close(),
  );
  sandbox.deliverTo(url + WEBHOOK_PATH);
  const environment = {
    PATH: process.env['PATH'] ?? '',
    ...sandbox.environment,
    DATABASE_URL: postgres.url,
    KYC_PROVIDER: process.env['KYC_PROVIDER'] ?? PROVIDER_NAMES[0] ?? '',
    KYC_REDIRECT_URLS: `${sandbox.url}/app/return`,
    CORS_ORIGINS: sandbox.url,
    NODE_ENV: 'development',
    NODE_COMPILE_CACHE: `${ROOT}node_modules/.cache/node`,
    LOG_LEVEL: 'warn',
    USERS_TABLE_CREATE: 'true',
    USERS_FROM_TOKEN: 'true',
  };
  process.stdout.write(`PostgreSQL  ${postgres.url}\nSandbox     ${sandbox.url}\n`);
  for (;;) {
    const edit = nextEdit();
    const gateway = startGateway(port, environment);
    resources
      .hold(
        () => gateway,
        (started) => started.kill(),
      )
      // Ctrl-C came at the same time as an edit.
      .catch(() => gateway.kill());
    gateway.ready().then(
      (ms) => process.stdout.write(`Gateway     ${url} ready in ${Math.round(ms)} ms\n`),
      // The gateway has printed the reason, or an edit stopped it before it was ready.
      () => undefined,
    );
    await edit;
    // An edit does not wait for a graceful shutdown. The next start continues the jobs.
    await gateway.kill();
  }
}

function startGateway(port: number, environment: Record<string, string>): ServerProcess {
  return startServer({
    script: 'src/main.ts',
    port,
    environment,
    nodeArguments: [
      '--enable-source-maps',
      '--disable-warning=ExperimentalWarning',
      `--import=${KEEP_COMPILED}`,
      `--import=${LOADER}`,
    ],
    output: 'all',
    keptLines: 0,
    onLine: (line) => process.stdout.write(`${line}\n`),
    // Outside the terminal's process group, so that Ctrl-C reaches only this process.
    isDetached: true,
    pollEveryMs: 50,
    readyTimeoutMs: Infinity,
  });
}

async function nextEdit(): Promise<void> {
  const watcher = watch(`${ROOT}src`, { recursive: true });
  await new Promise((resolve) => watcher.once('change', resolve));
  watcher.close();
  await pause(SETTLED_AFTER_MS);
}
