import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sabotaged } from '../../scripts/sabotage-copy.ts';
import { SABOTAGES } from '../../scripts/sabotages.ts';
import { ROOT, type RunningCommand, runCommand } from '../support/running-command.ts';

const TIMEOUT_MS = 120_000;
const COMMAND = join(ROOT, 'scripts', 'sabotage.ts');
/** This sabotage needs no gateway and no database, so it is the fastest. */
const QUICKEST = 'an operator needs no scope';

describe('npm run test:sabotage', () => {
  let command: RunningCommand;
  afterEach(() => command.dispose());

  async function run(...args: string[]): Promise<{ code: unknown; output: string }> {
    // The inner Jest run uses the same PostgreSQL.
    const environment = { TEST_DATABASE_URL: process.env['KYC_TEST_SERVER'] ?? '' };
    command = await runCommand([COMMAND, ...args], { environment });
    return { code: await command.ended, output: command.output() };
  }

  it('lists every sabotage without running any', async () => {
    const { code, output } = await run('--list');
    expect(code).toBe(0);
    const names = output.split('\n').map((line) => line.split('  ')[0]);
    expect(names.filter((name) => name !== '')).toEqual(SABOTAGES.map(({ name }) => name));
  });

  it('prints its usage', async () => {
    const { code, output } = await run('--help');
    expect([code, output]).toEqual([0, expect.stringMatching(/^Usage: npm run test:sabotage/)]);
  });

  it.each([
    ['an unknown name', ['--only', 'the moon is blue']],
    ['an unknown option', ['--onyl', 'x']],
    ['a positional argument', ['something']],
  ])('exits with 2 and prints its usage for %s', async (_, args) => {
    const { code, output } = await run(...args);
    expect([code, output]).toEqual([2, expect.stringContaining('Usage:')]);
  });

  it(
    'reports a control as guarded if a test fails without it, and leaves nothing behind',
    async () => {
      const { code, output } = await run('--only', QUICKEST);
      expect(output).toContain(`${QUICKEST} … red, as it should`);
      expect(code).toBe(0);
      await command.leavesNothing();
    },
    TIMEOUT_MS,
  );

  it(
    'leaves nothing behind when it is interrupted',
    async () => {
      command = await runCommand([COMMAND, '--only', QUICKEST]);
      await command.waitFor(/Without a sabotage/);
      command.kill('SIGINT');
      expect(await command.ended).toBe(130);
      await command.leavesNothing();
    },
    TIMEOUT_MS,
  );
});

describe('Every sabotage', () => {
  it('has a unique name and tests', () => {
    expect(new Set(SABOTAGES.map(({ name }) => name)).size).toBe(SABOTAGES.length);
    expect(SABOTAGES.filter(({ changes, tests }) => changes.length === 0 || tests.length === 0)).toEqual([]);
  });

  it.each(SABOTAGES)('matches the source text: $name', async (sabotage) => {
    const whole = await readFile(join(ROOT, sabotage.file), 'utf8');
    expect(sabotaged(whole, sabotage)).not.toBe(whole);
  });
});
