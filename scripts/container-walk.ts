/**
 * The two halves of scripts/container-test.sh that need the sandbox:
 *
 *   prepare FOLDER   writes .env and secrets/ of docker-compose.yml into the folder
 *   walk FOLDER      runs in the network of the gateway's container, and verifies a user there
 *
 * The gateway accepts plain http only from its own loopback address, so the sandbox must run in its network.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseEnv } from 'node:util';
import { freePort } from '../demo/free-port.ts';
import { gatewayClient, WEBHOOK_PATH } from '../demo/gateway-client.ts';
import { logIn } from '../demo/sample-user.ts';
import { startSandbox } from '../packages/sandbox/sandbox.ts';

const GATEWAY = 'http://127.0.0.1:3000';
const SANDBOX_PORT = 4010;
const SMTP_PORT = 4025;
const READY_TIMEOUT_MS = 60_000;
const MAIL_TIMEOUT_MS = 30_000;
/** docker-compose.yml reads these from files. */
const SECRETS = ['SMTP_URL', 'PERSONA_API_KEY', 'PERSONA_WEBHOOK_SECRETS'];

async function prepare(folder: string): Promise<void> {
  const sandbox = await startSandbox();
  const { url, environment } = sandbox;
  const smtpUrl = sandbox.mailbox.smtpUrl;
  await sandbox.close();
  const inContainer = Object.entries(environment)
    .filter(([name]) => /^(PERSONA|AUTH|SMTP|MAIL)_/.test(name))
    .map(([name, value]) => [
      name,
      value
        .replace(url, `http://127.0.0.1:${SANDBOX_PORT}`)
        .replace(smtpUrl, `smtp://127.0.0.1:${SMTP_PORT}`),
    ]);
  const isSecret = ([name = '']: string[]) => SECRETS.includes(name);
  const settings = [
    ...inContainer.filter((pair) => !isSecret(pair)),
    ['KYC_PROVIDER', 'persona'],
    ['KYC_REDIRECT_URLS', 'https://app.example.com/kyc/return'],
    ['USERS_FROM_TOKEN', 'true'],
    // Compose publishes this port. The gateway itself listens on 3000.
    ['PORT', String(await freePort(0))],
  ];
  await writeFile(join(folder, '.env'), settings.map(([name, value]) => `${name}=${value}\n`).join(''));
  const password = randomBytes(12).toString('hex');
  const secrets = [
    ...inContainer.filter(isSecret),
    ['POSTGRES_PASSWORD', password],
    ['DATABASE_URL', `postgres://kyc:${password}@postgres:5432/kyc`],
  ];
  await mkdir(join(folder, 'secrets'), { mode: 0o700 });
  for (const [name = '', value = ''] of secrets) {
    const path = join(folder, 'secrets', name.toLowerCase());
    await writeFile(path, value);
    await chmod(path, 0o444);
  }
}

async function walk(folder: string): Promise<void> {
  const settings = parseEnv(await readFile(join(folder, '.env'), 'utf8'));
  const secret = (name: string) => readFile(join(folder, 'secrets', name), 'utf8');
  const sandbox = await startSandbox({
    port: SANDBOX_PORT,
    smtpPort: SMTP_PORT,
    webhookUrl: GATEWAY + WEBHOOK_PATH,
    personaAccount: {
      PERSONA_API_KEY: await secret('persona_api_key'),
      PERSONA_TEMPLATE_ID: settings['PERSONA_TEMPLATE_ID'] ?? '',
      PERSONA_WEBHOOK_SECRETS: await secret('persona_webhook_secrets'),
    },
  });
  try {
    await ready();
    const gateway = gatewayClient(GATEWAY);
    const user = await logIn(sandbox.issuer, 'ann');
    const started = await gateway.start(user.token);
    requireEqual('the start', started.status, 201);
    await sandbox.persona.decide(String(started.body['session_id']), { outcome: 'approve' });
    const { body } = await gateway.status(user.token);
    requireEqual('the status', body['kyc_status'], 'verified');
    const mail = await sandbox.mailbox.waitFor(({ to }) => to.includes(user.email), MAIL_TIMEOUT_MS);
    process.stdout.write(`A user was verified in the containers and received the mail "${mail.subject}".\n`);
  } finally {
    await sandbox.close();
  }
}

async function ready(): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  while (!(await isReady())) {
    if (performance.now() > deadline) throw new Error('the gateway was not ready in time');
    await pause(200);
  }
}

function isReady(): Promise<boolean> {
  return fetch(`${GATEWAY}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}

function requireEqual(what: string, actual: unknown, expected: unknown): void {
  if (actual !== expected) throw new Error(`${what}: expected ${String(expected)}, got ${String(actual)}`);
}

const [mode, folder = ''] = process.argv.slice(2);
await (mode === 'prepare' ? prepare(folder) : walk(folder));
