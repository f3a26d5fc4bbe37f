/** `npm run dev`: PostgreSQL, the sandbox and the gateway from src/. The gateway restarts after every edit. */
import { type ChildProcess, spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../demo/free-port.ts';
import { WEBHOOK_PATH } from '../demo/gateway-client.ts';
import { interruption } from '../demo/interruption.ts';
import { Resources } from '../demo/resources.ts';
import { startPostgres } from '../packages/sandbox/postgres/postgres.ts';
import { startSandbox } from '../packages/sandbox/sandbox.ts';
import './end-with-npm.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PRELOADED = ['end-with-parent.mjs', 'typescript-loader.mjs'].flatMap((name) => [
  '--import',
  new URL(name, import.meta.url).href,
]);
/** An editor writes a file in several steps. */
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
    KYC_PROVIDER: process.env['KYC_PROVIDER'] ?? 'persona',
    KYC_REDIRECT_URLS: `${sandbox.url}/app/return`,
    CORS_ORIGINS: sandbox.url,
    NODE_ENV: 'development',
    LOG_LEVEL: 'warn',
    USERS_FROM_TOKEN: 'true',
    HOST: '127.0.0.1',
    PORT: String(port),
  };
  process.stdout.write(`PostgreSQL  ${postgres.url}\nSandbox     ${sandbox.url}\n`);
  for (;;) {
    const startedAt = performance.now();
    const edit = nextEdit();
    const gateway = startGateway(environment);
    const stopped = new AbortController();
    void untilReady(url, stopped.signal).then(
      () =>
        process.stdout.write(`Gateway     ${url} ready in ${Math.round(performance.now() - startedAt)} ms\n`),
      () => undefined,
    );
    await edit;
    stopped.abort();
    await stop(gateway);
  }
}

function startGateway(environment: Record<string, string>): ChildProcess {
  const args = ['--enable-source-maps', '--disable-warning=ExperimentalWarning', ...PRELOADED, 'src/main.ts'];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    env: environment,
    stdio: ['pipe', 'inherit', 'inherit'],
    // Outside the terminal's process group, so that Ctrl-C reaches only this process.
    detached: true,
  });
  void resources.hold(() => child, stop);
  return child;
}

/** Kills it, because an edit must not wait for a graceful shutdown. The next start continues its jobs. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

async function nextEdit(): Promise<void> {
  const watcher = watch(`${ROOT}src`, { recursive: true });
  await new Promise((resolve) => watcher.once('change', resolve));
  watcher.close();
  await pause(SETTLED_AFTER_MS);
}

async function untilReady(url: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const isReady = await fetch(`${url}/health/ready`, { signal }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    await pause(50, undefined, { signal });
  }
}
