import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../demo/free-port.ts';
import { type Sandbox, startSandbox } from '../../packages/sandbox/sandbox.ts';
import { buildWhenNeeded } from '../../scripts/build-when-needed.mjs';
import { ROOT, type RunningCommand, runCommand } from '../support/running-command.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

const TIMEOUT_MS = 120_000;
const START = join(ROOT, 'scripts', 'start.mjs');

describe('npm start', () => {
  let folder: string;
  let command: RunningCommand;

  beforeAll(() => buildWhenNeeded({ isFreshRequired: true, onBuilding: () => undefined }), TIMEOUT_MS);
  beforeEach(async () => {
    // Runs outside the checkout, so that a developer's .env has no effect.
    folder = await mkdtemp(join(tmpdir(), 'kyc-start-'));
  });
  afterEach(async () => {
    await command.dispose();
    await rm(folder, { recursive: true });
  });

  it('lists all missing variables, mentions the demo and exits with 1', async () => {
    command = await runCommand([START], { cwd: folder });
    expect(await command.ended).toBe(1);
    const missing = [
      'DATABASE_URL',
      'AUTH_ISSUER',
      'AUTH_AUDIENCE or AUTH_CLIENT_IDS',
      'AUTH_JWKS_URL or AUTH_JWT_SECRET',
      'SMTP_URL',
      'MAIL_FROM',
      'KYC_PROVIDER',
      'KYC_REDIRECT_URLS',
      'npm run demo',
    ];
    expect(missing.filter((name) => !command.output().includes(name))).toEqual([]);
    expect(command.output()).not.toMatch(/^ +at /m);
  });

  it('names an invalid variable without printing its value', async () => {
    const environment = {
      DATABASE_URL: 'mysql://u:s3cret@h/d',
      AUTH_JWT_SECRET: 'sh0rt',
      KYC_PROVIDER: 'persona',
    };
    command = await runCommand([START], { cwd: folder, environment });
    expect(await command.ended).toBe(1);
    expect(command.output()).toMatch(/DATABASE_URL must be/);
    expect(command.output()).toMatch(/PERSONA_API_KEY.* must be set/);
    expect(command.output()).not.toMatch(/s3cret|sh0rt/);
  });

  describe('with a complete environment', () => {
    let sandbox: Sandbox;
    let database: TestDatabase;

    beforeAll(async () => {
      sandbox = await startSandbox();
      database = await createTestDatabase();
    });
    afterAll(async () => {
      await sandbox.close();
      await database.drop();
    });

    const writeDotEnv = (more: Record<string, string>) => {
      const variables = {
        ...sandbox.environment,
        DATABASE_URL: database.ownerUrl,
        USERS_TABLE_CREATE: 'true',
        KYC_PROVIDER: 'onfido',
        KYC_REDIRECT_URLS: 'https://app.example.com/kyc/return',
        ...more,
      };
      const lines = Object.entries(variables).map(([name, value]) => `${name}='${value}'\n`);
      return writeFile(join(folder, '.env'), lines.join(''));
    };

    it(
      'serves with a .env file that set variables override, and exits with 0 at SIGTERM',
      async () => {
        const port = await freePort(0);
        await writeDotEnv({ PORT: 'overridden' });
        command = await runCommand([START], {
          cwd: folder,
          environment: { PORT: String(port), HOST: '127.0.0.1' },
        });

        await untilReady(`http://127.0.0.1:${port}/health/ready`, command);
        const askedAt = Date.now();
        command.kill('SIGTERM');
        expect(await command.ended).toBe(0);
        expect(Date.now() - askedAt).toBeLessThan(10_000);
        await command.leavesNothing(1_000);
      },
      TIMEOUT_MS,
    );

    it(
      'keeps serving after SIGHUP and logs the number of secret files',
      async () => {
        const port = await freePort(0);
        await writeDotEnv({ PORT: String(port), HOST: '127.0.0.1' });
        command = await runCommand([START], { cwd: folder });

        const url = `http://127.0.0.1:${port}/health/ready`;
        await untilReady(url, command);
        command.kill('SIGHUP');
        await command.waitFor(/"event":"process\.sighup","files":0/);
        expect((await fetch(url)).status).toBe(200);
        expect(command.output().match(/SIGHUP|sighup/g)).toHaveLength(1);
      },
      TIMEOUT_MS,
    );

    it(
      'exits when npm exits, although the shell of npm forwards no signal',
      async () => {
        const port = await freePort(0);
        await writeDotEnv({ PORT: String(port), HOST: '127.0.0.1' });
        const shell = `require('node:child_process').spawn(process.execPath, ['${START}'], { stdio: 'inherit' })`;
        command = await runCommand(['-e', shell], {
          cwd: folder,
          environment: { npm_lifecycle_event: 'start' },
        });

        await untilReady(`http://127.0.0.1:${port}/health/ready`, command);
        command.kill('SIGTERM');
        await expect(command.leavesNothing(10_000)).resolves.toBeUndefined();
      },
      TIMEOUT_MS,
    );
  });
});

async function untilReady(url: string, { ended, output }: RunningCommand): Promise<void> {
  const patience = AbortSignal.timeout(60_000);
  const isReady = async () => (await fetch(url).catch(() => null))?.status === 200;
  const over = ended.then((code) => Promise.reject(new Error(`it ended with ${code}:\n${output()}`)));
  while (!(await Promise.race([isReady(), over]))) {
    patience.throwIfAborted();
    await pause(100);
  }
  over.catch(() => undefined);
}
