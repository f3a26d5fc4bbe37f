import { join } from 'node:path';
import { type Sandbox, startSandbox } from '../../packages/sandbox/sandbox.ts';
import { buildWhenNeeded } from '../../scripts/build-when-needed.mjs';
import { ROOT, type RunningCommand, runCommand } from '../support/running-command.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

const COMMAND = join(ROOT, 'dist', 'commands', 'doctor.js');

describe('npm run doctor', () => {
  let sandbox: Sandbox;
  let database: TestDatabase;
  const commands: RunningCommand[] = [];

  beforeAll(() => buildWhenNeeded({ isFreshRequired: true, onBuilding: () => undefined }), 120_000);
  beforeAll(async () => {
    [sandbox, database] = await Promise.all([startSandbox(), createTestDatabase()]);
  });
  afterEach(async () => {
    for (const command of commands.splice(0)) await command.dispose();
  });
  afterAll(async () => {
    await sandbox.close();
    await database.drop();
  });

  async function run(args: string[], variables: Record<string, string> = {}) {
    const environment = {
      ...sandbox.environment,
      DATABASE_URL: database.url,
      DATABASE_MIGRATE: 'false',
      KYC_PROVIDER: 'onfido',
      KYC_REDIRECT_URLS: 'https://app.example.com/kyc/return',
      CORS_ORIGINS: 'https://app.example.com',
      ...variables,
    };
    const command = await runCommand([COMMAND, ...args], { environment });
    commands.push(command);
    return { code: await command.ended, output: command.output() };
  }

  it('prints one line for each check, without colors, and exits with 0 if no check failed', async () => {
    const { code, output } = await run([], { CORS_ORIGINS: '' });
    const lines = output.trimEnd().split('\n');
    expect(lines.filter((line) => !/^(ok|warning) +\S.*\.$/.test(line))).toEqual([]);
    expect(lines.filter((line) => line.startsWith('warning'))).toEqual([
      expect.stringContaining('Add the origin to CORS_ORIGINS'),
    ]);
    expect(code).toBe(0);
  });

  it('exits with 1 if a check failed, and prints wrong variables as lines', async () => {
    const { code, output } = await run([], { MAIL_FROM: '', PORT: 'http' });
    expect(output.match(/^failed .*$/gm)).toEqual([
      expect.stringMatching(/^failed +environment +MAIL_FROM must be set\. docs\/configuration\.md/),
      expect.stringMatching(/^failed +environment +PORT must/),
    ]);
    expect(output).toMatch(/^ok +users table/m);
    expect(code).toBe(1);
  });

  it('prints JSON', async () => {
    const { code, output } = await run(['--json'], { SMTP_URL: 'smtp://127.0.0.1:1' });
    const { ok, checks } = JSON.parse(output) as { ok: boolean; checks: Record<string, string>[] };
    expect({ code, ok }).toEqual({ code: 1, ok: false });
    expect(checks.filter(({ result }) => result === 'failed')).toEqual([
      { check: 'mail server', result: 'failed', message: expect.stringContaining('SMTP_URL') },
    ]);
  });

  it('exits with 2 and prints its usage after wrong arguments', async () => {
    const { code, output } = await run(['now']);
    expect(output).toContain("Error: Unexpected argument 'now'\n\nUsage: npm run doctor");
    expect(code).toBe(2);
    expect(await run(['--help'])).toMatchObject({ code: 0, output: expect.stringMatching(/^Usage/) });
  });
});
