import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { buildWhenNeeded } from '../../scripts/build-when-needed.mjs';
import { type Sandbox, startSandbox } from '../../packages/sandbox/sandbox.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { ROOT, type RunningCommand, runCommand } from '../support/running-command.ts';
import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';

const UNCONFIGURED = 'veriff';
const CONFIGURED = PROVIDER_NAMES.filter((name) => name !== UNCONFIGURED);

const BUILD_TIMEOUT_MS = 120_000;
const COMMAND = join(ROOT, 'dist', 'commands', 'reconcile.js');

interface Result {
  code: unknown;
  output: string;
}

describe('npm run reconcile', () => {
  const commands: RunningCommand[] = [];
  let sandbox: Sandbox;

  beforeAll(async () => {
    await buildWhenNeeded({ isFreshRequired: true, onBuilding: () => undefined });
    sandbox = await startSandbox({ retryDelaysMs: [] });
    // No server listens on this port, so every webhook is lost.
    sandbox.deliverTo('http://127.0.0.1:1/lost');
  }, BUILD_TIMEOUT_MS);
  afterEach(async () => {
    for (const command of commands.splice(0)) await command.dispose();
    sandbox.persona.behave();
  });
  afterAll(() => sandbox.close());

  const environmentOf = (databaseUrl: string) => ({
    ...sandbox.environment,
    DATABASE_URL: databaseUrl,
    KYC_PROVIDER: 'persona',
    KYC_REDIRECT_URLS: 'https://app.example.com/kyc/return',
  });
  const nowhere = () => environmentOf('postgres://kyc:s3cret@localhost:1/kyc');

  async function run(args: string[], environment: Record<string, string>): Promise<Result> {
    const command = await runCommand([COMMAND, ...args], { environment });
    commands.push(command);
    const code = await command.ended;
    await command.leavesNothing(1_000);
    return { code, output: command.output() };
  }

  describe('beside a gateway that receives no webhooks', () => {
    let gateway: TestGateway;
    beforeEach(async () => {
      gateway = await startGateway({ sandbox, provider: 'persona' });
    });
    afterEach(() => gateway.close());

    const reconcile = (...args: string[]) => run(args, environmentOf(gateway.databaseUrl));
    const decide = (sessionId: string, outcome: 'start' | 'approve' | 'decline') =>
      sandbox.persona.decide(sessionId, { outcome });

    it('reads the sessions of a user, prints the results, and the gateway mails the user', async () => {
      const { user, sessionId } = await gateway.openSession();
      await decide(sessionId, 'approve');

      const { code, output } = await reconcile('--user', user.id);

      expect(output).toBe(
        `persona  ${sessionId}  user ${user.id}  open -> approved  (moved)\n` +
          '1 read: 1 moved, 0 unchanged, 0 failed.\n',
      );
      expect(code).toBe(0);
      expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'verified' });
      const mail = await sandbox.mailbox.waitFor(({ to }) => to.includes(user.email));
      expect(mail.subject).toBe('You are verified');
    });

    it('reads the open sessions of a provider and counts the results', async () => {
      const opened = [];
      while (opened.length < 4) opened.push((await gateway.openSession()).sessionId);
      const [approved = '', declined = '', started = '', untouched = ''] = opened;
      await decide(approved, 'approve');
      await decide(declined, 'decline');
      await decide(started, 'start');

      const first = await reconcile('--provider', 'persona');
      const second = await reconcile('--provider', 'persona');

      expect(first).toMatchObject({
        code: 0,
        output: expect.stringContaining('4 read: 3 moved, 1 unchanged'),
      });
      expect(first.output).toMatch(new RegExp(`${approved} .* open -> approved  \\(moved\\)`));
      expect(first.output).toMatch(new RegExp(`${declined} .* open -> declined  \\(moved\\)`));
      expect(first.output).toMatch(new RegExp(`${started} .* open -> started  \\(moved\\)`));
      expect(first.output).toMatch(new RegExp(`${untouched} .* open  \\(unchanged\\)`));
      expect(second.output).toContain('2 read: 0 moved, 2 unchanged, 0 failed.');
      expect(second.output).not.toContain(approved);
    });

    it('prints one JSON object per session with --json, and nothing else', async () => {
      const [first, second] = [await gateway.openSession(), await gateway.openSession()];
      await decide(first.sessionId, 'approve');

      const { code, output } = await reconcile('--provider', 'persona', '--json');

      const lines = output.trimEnd().split('\n');
      const done = new Map(lines.map((line) => [JSON.parse(line).sessionId, JSON.parse(line)]));
      expect([code, lines.length]).toEqual([0, 2]);
      expect(done.get(first.sessionId)).toEqual({
        userId: first.user.id,
        provider: 'persona',
        sessionId: first.sessionId,
        before: 'open',
        after: 'approved',
        result: 'moved',
        reason: null,
      });
      expect(done.get(second.sessionId)).toMatchObject({ after: 'open', result: 'unchanged' });
    });

    it('exits with 1 and changes nothing if the provider does not answer', async () => {
      const { user, sessionId } = await gateway.openSession();
      await decide(sessionId, 'approve');
      sandbox.persona.setMode('down');

      const { code, output } = await reconcile('--user', user.id);

      expect(code).toBe(1);
      expect(output).toMatch(
        / open  \(unavailable: GET \S+: no complete response\)\n1 read: .* 1 failed\.\n/,
      );
      expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'pending' });
    });

    it('stops after three failures of a provider in a row, and says so', async () => {
      for (let count = 0; count < 5; count += 1) await gateway.openSession();
      sandbox.persona.setMode('down');

      const { code, output } = await reconcile('--provider', 'persona');

      expect([code, output]).toEqual([1, expect.stringContaining('3 read: 0 moved, 0 unchanged, 3 failed.')]);
      expect(output).toMatch(/skips a provider that keeps failing/);
    });

    it('says that a user has no session', async () => {
      const { code, output } = await reconcile('--user', randomUUID());
      expect([code, output]).toEqual([0, 'This user has no session.\n']);
    });

    it('exits with 1 for an id of the wrong type', async () => {
      const { code, output } = await reconcile('--user', 'unknown');
      expect([code, output]).toEqual([1, expect.stringMatching(/^Error: .+\n$/)]);
    });
  });

  it('prints its usage for --help without a configuration', async () => {
    const { code, output } = await run(['--help'], {});
    expect([code, output]).toEqual([0, expect.stringMatching(/^Usage: npm run reconcile/)]);
  });

  it.each([
    ['neither a user nor a provider', [], /^Error: Give either --user or --provider/],
    ['both', ['--user', randomUUID(), '--provider', 'persona'], /^Error: Give either --user or --provider/],
    ['an unknown option', ['--all'], /^Error: Unknown option '--all'/],
    [
      'a provider that is not configured',
      ['--provider', UNCONFIGURED],
      new RegExp(`^Error: ${UNCONFIGURED} is not configured. Configured: ${CONFIGURED.join(', ')}`),
    ],
  ])('exits with 2 and prints its usage for %s', async (_, args, problem) => {
    const configured = Object.entries(nowhere()).filter(
      ([name]) => !name.startsWith(`${UNCONFIGURED.toUpperCase()}_`),
    );
    const { code, output } = await run(args, Object.fromEntries(configured));
    expect(code).toBe(2);
    expect(output).toMatch(problem);
    expect(output).toContain('\n\nUsage: npm run reconcile');
  });

  it('exits with 1 and one message if the database does not answer', async () => {
    const { code, output } = await run(['--provider', 'persona'], nowhere());
    expect([code, output]).toEqual([1, expect.stringMatching(/^Error: .*ECONNREFUSED.*\n$/)]);
    expect(output).not.toMatch(/^ +at |s3cret/m);
  });
});
