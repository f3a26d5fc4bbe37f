import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { buildWebWhenNeeded, buildWhenNeeded } from '../../scripts/build-when-needed.mjs';
import { PROVIDER_NAMES, PROVIDERS } from '../../packages/sandbox/providers.ts';
import type { SampleUser, SandboxState } from '../../packages/sandbox/state.ts';
import { type RunningCommand, runCommand } from '../support/running-command.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

const TIMEOUT_MS = 120_000;
const WELCOME = /Webhooks and mails appear here as they happen\./;

let command: RunningCommand | undefined;
let database: TestDatabase | undefined;

/** Uses an embedded PostgreSQL, as for a new developer, or the server of the test run. */
async function demo(args: string[], environment: Record<string, string> = {}): Promise<RunningCommand> {
  const isGiven = (process.env['TEST_DATABASE_URL'] ?? process.env['DATABASE_URL']) !== undefined;
  if (isGiven) database ??= await createTestDatabase({ isEmpty: true });
  const own = database === undefined ? {} : { DATABASE_URL: database.ownerUrl };
  command = await runCommand(['demo/main.ts', ...args], {
    environment: { PORT: '0', ...own, ...environment },
  });
  return command;
}

async function sh(script: string): Promise<string> {
  return (await promisify(execFile)('sh', ['-c', script])).stdout;
}

describe('npm run demo', () => {
  beforeAll(async () => {
    await buildWhenNeeded({ isFreshRequired: true, onBuilding: () => undefined });
    await buildWebWhenNeeded({ onBuilding: () => undefined });
  }, TIMEOUT_MS);
  afterEach(async () => {
    await command?.dispose();
    await database?.drop();
    command = database = undefined;
  });

  it(
    'completes the scripted verifications at all providers and leaves nothing behind',
    async () => {
      const { ended, output, leavesNothing } = await demo(['--headless']);
      const code = await ended;
      const rows = [
        ...output().matchAll(/^(\w+) +(\w+) +\S+@example\.com {2,}(.+?) {2,}(.+?) {2,}(.+?) {2,}(\w+)$/gm),
      ];
      const approved = ['verified', 'verified', 'You are verified', 'ok'];
      const rejected = (reason: string) => [
        `rejected: ${reason}`,
        `rejected: ${reason}`,
        'Your verification was not successful',
        'ok',
      ];
      expect({ rows: rows.map((row) => row.slice(1)), code }).toEqual({
        rows: PROVIDER_NAMES.flatMap((name, index) => [
          [name, 'approved', ...approved],
          [name, 'rejected', ...rejected(PROVIDERS[name].sampleRejection.explainedAs)],
          // The session of this user was open when the demo switched to the next provider.
          ...(index === 0 ? [[name, 'switched', ...approved]] : []),
        ]),
        code: 0,
      });
      await leavesNothing(2_000);
    },
    TIMEOUT_MS,
  );

  it(
    'marks and explains a failed check, and exits with 1',
    async () => {
      database = await createTestDatabase();
      await sabotage(database.ownerUrl);
      const { ended, output, leavesNothing } = await demo(['--headless']);
      expect(await ended).toBe(1);
      expect(output()).toMatch(/^veriff +rejected .* rejected: sabotaged .* WRONG$/m);
      expect(output()).toMatch(/^veriff +approved .* ok$/m);
      expect(output()).toMatch(/users row: expected .*'document_expired'.* got .*'sabotaged'/);
      await leavesNothing(2_000);
    },
    TIMEOUT_MS,
  );

  it(
    'prints commands that work, shows their effects and ends at Ctrl-C',
    async () => {
      const { ended, kill, waitFor, output, leavesNothing } = await demo([], { KYC_PROVIDER: 'veriff' });
      await waitFor(WELCOME);
      const [token = ''] = await waitFor(/^TOKEN=.*$/m);
      const [start = ''] = await waitFor(/^curl .*start-verification.*$/m);
      const [status = ''] = await waitFor(/^curl .*\/api\/kyc\/status.*$/m);
      const [mails = ''] = await waitFor(/^curl .*\/sandbox\/mails.*$/m);
      const [, docs = ''] = await waitFor(/^The API +(\S+)$/m);

      const started = JSON.parse(await sh(`${token}\n${start}`)) as {
        session_id: string;
        session_url: string;
      };
      const [approve = ''] = await waitFor(/^curl .*\/decision.*$/m);
      expect(approve).toContain(started.session_id);
      expect((await fetch(started.session_url)).status).toBe(200);
      await sh(approve);
      expect(JSON.parse(await sh(`${token}\n${status}`))).toMatchObject({
        kyc_status: 'verified',
        kyc_provider: 'veriff',
        kyc_session_id: started.session_id,
      });
      await waitFor(/webhook +veriff approved .* → 200$/m);
      await waitFor(/mail +"You are verified" to jane/);
      expect(JSON.parse(await sh(mails))).toMatchObject({ mails: [{ subject: 'You are verified' }] });
      expect((await fetch(docs)).status).toBe(200);

      kill('SIGINT');
      expect(await ended).toBe(0);
      expect(output()).toContain('Stopped. Nothing was left behind.');
      await leavesNothing(2_000);
    },
    TIMEOUT_MS,
  );

  it(
    'opens browser pages that can switch the provider and rotate its secret',
    async () => {
      const { ended, kill, waitFor, leavesNothing } = await demo([]);
      const [, app = ''] = await waitFor(/^Open in a browser: +(\S+)$/m);
      const [, console = ''] = await waitFor(/^Console +(\S+)$/m);
      await waitFor(WELCOME);
      expect(await (await fetch(app)).text()).toContain('<div id="root">');
      expect((await fetch(console)).status).toBe(200);
      const ask = (method: string, path: string, body?: object) =>
        fetch(new URL(path, app), {
          method,
          ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
        }).then(async (answer) => (await answer.json()) as Record<string, never>);
      const { gateway_url: gateway } = await ask('GET', '/sandbox/settings');

      expect(await ask('PUT', '/sandbox/gateway/provider', { provider: 'veriff' })).toEqual({
        provider: 'veriff',
      });
      await ask('POST', '/sandbox/veriff/secret-rotation');
      const state = (await ask('GET', '/sandbox/state')) as unknown as SandboxState;
      expect(state.gateway).toEqual({ url: gateway, provider: 'veriff', canSwitchProvider: true });
      const [{ id, email }] = state.users as [SampleUser];
      const { token } = await ask('POST', '/sandbox/tokens', { sub: id, email });
      const started = await fetch(`${String(gateway)}/api/kyc/start-verification`, {
        method: 'POST',
        headers: { authorization: `Bearer ${String(token)}`, origin: new URL(app).origin },
      });
      expect(started.headers.get('access-control-allow-origin')).toBe(new URL(app).origin);
      const { session_url } = (await started.json()) as { session_url: string };
      const decided = await fetch(session_url, {
        method: 'POST',
        body: new URLSearchParams({ outcome: 'approve' }),
        redirect: 'manual',
      });
      expect(decided.headers.get('location')).toBe(new URL('/app/return', app).href);
      expect(await ask('GET', `/sandbox/users/${id}/record`)).toMatchObject({
        row: { kyc_status: 'verified', kyc_provider: 'veriff' },
        sessions: [{ phase: 'approved' }],
        ledger: [{ outcome: 'approved' }],
      });

      kill('SIGINT');
      expect(await ended).toBe(0);
      await leavesNothing(2_000);
    },
    TIMEOUT_MS,
  );

  it(
    'leaves no gateway and no database behind when it is killed',
    async () => {
      const { ended, kill, waitFor, descendants, leavesNothing } = await demo([]);
      await waitFor(WELCOME);
      expect((await descendants()).join('\n')).toMatch(/dist\/main\.js/);
      kill('SIGKILL');
      expect(await ended).toBe('SIGKILL');
      await leavesNothing();
    },
    TIMEOUT_MS,
  );

  it(
    'stops early when its output is closed or it receives a signal',
    async () => {
      const unread = await demo(['--headless']);
      await unread.waitFor(/persona, approved/);
      unread.stopReading();
      expect(await unread.ended).toBe(128 + 13);
      await unread.leavesNothing(2_000);
      await unread.dispose();

      const terminated = await demo(['--headless']);
      await terminated.waitFor(/^PostgreSQL/m);
      terminated.kill('SIGTERM');
      expect(await terminated.ended).toBe(128 + 15);
      await terminated.leavesNothing(2_000);
    },
    TIMEOUT_MS,
  );

  it.each([
    [
      2,
      new RegExp(`KYC_PROVIDER must be one of ${PROVIDER_NAMES.join(', ')}`),
      [],
      { KYC_PROVIDER: 'jumio' },
    ],
    [2, /Unknown option '--headles'[^]*Usage:/, ['--headles'], {}],
    [2, /PORT must be a number/, [], { PORT: 'http' }],
    [
      1,
      /^DATABASE_URL does not answer \(127\.0\.0\.1:1\/kyc\)/,
      [],
      { DATABASE_URL: 'postgres://u:pw4u@127.0.0.1:1/kyc' },
    ],
    [0, /--headless/, ['--help'], {}],
  ])('exits with %i and prints %s', async (code, expectedOutput, args, environment) => {
    const { ended, output } = await demo(args, environment as Record<string, string>);
    expect(await ended).toBe(code);
    expect(output()).toMatch(expectedOutput);
    expect(output()).not.toContain('pw4u');
  });
});

/** Changes rows after the gateway has written them. */
async function sabotage(databaseUrl: string): Promise<void> {
  const client = new Client(databaseUrl);
  await client.connect();
  await client.query(`
    CREATE FUNCTION sabotage() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN NEW.kyc_rejection_reason := 'sabotaged'; RETURN NEW; END $$;
    CREATE TRIGGER sabotage BEFORE UPDATE ON users FOR EACH ROW
      WHEN (NEW.kyc_provider = 'veriff' AND NEW.kyc_status = 'rejected') EXECUTE FUNCTION sabotage()`);
  await client.end();
}
