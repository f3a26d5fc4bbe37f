import { chmod, mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, styleText } from 'node:util';
import './end-with-npm.mjs';
import { exitCodeOf, interruption } from '../demo/interruption.ts';
import { copyCheckout } from './sabotage-copy.ts';
import { endAll } from './sabotage-jest.ts';
import { baseOf, trySabotage, type Trial } from './sabotage-trial.ts';
import { SABOTAGES } from './sabotages.ts';
import type { Sabotage } from './sabotages/sabotage.ts';

const USAGE = `Usage: npm run test:sabotage [-- --only TEXT]

Switches off one control of the gateway after the other, in a copy of the checkout, and runs the tests that must
fail without it. A red test is good: if the tests of a missing control stay green, no test protects the control.

  --only TEXT   try only controls whose name contains the text; can be repeated
  --list        list the controls and try none
  --help        show this text

Environment:
  TEST_DATABASE_URL   a PostgreSQL server to use instead of starting one for each run
  NO_COLOR            disables colors

Exit code: 0 if every missing control was noticed; 1 if one was not, if the list is out of date or if a test fails
without a sabotage; 2 for wrong usage.
`;

/** Each worker has its own copy and its own Jest. */
const LANES = 2;

const isColoured = process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '';
const paint = (style: 'bold' | 'dim' | 'green' | 'red', text: string) =>
  isColoured ? styleText(style, text, { validateStream: false }) : text;
const say = (line = '') => void process.stdout.write(`${line}\n`);

/** Returns the selected sabotages, or an exit code if there is nothing to run. */
function choose(args: string[]): readonly Sabotage[] | number {
  try {
    const { values } = parseArgs({
      args,
      options: {
        only: { type: 'string', multiple: true },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) {
      process.stdout.write(USAGE);
      return 0;
    }
    const chosen = values.only === undefined ? SABOTAGES : values.only.flatMap(named);
    if (!values.list) return [...new Set(chosen)];
    for (const { name, file } of chosen) say(`${name}  ${paint('dim', file)}`);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
}

function named(text: string): Sabotage[] {
  const found = SABOTAGES.filter(({ name }) => name.includes(text));
  if (found.length === 0) throw new Error(`No sabotage has "${text}" in its name; --list names them all`);
  return found;
}

async function run(sabotages: readonly Sabotage[], folder: string): Promise<number> {
  const startedAt = performance.now();
  await mkdir(join(folder, 'tmp'));
  // If root starts the embedded PostgreSQL, it runs as another user.
  for (const path of [folder, join(folder, 'tmp')]) await chmod(path, 0o755);
  const lanes = Array.from({ length: Math.min(LANES, sabotages.length) }, (_, lane) =>
    join(folder, String(lane)),
  );
  for (const lane of lanes) await copyCheckout(lane);

  const problems = await baseOf(lanes, sabotages);
  for (const problem of problems) say(paint('red', problem));
  if (problems.length > 0) {
    say('Without a sabotage, all tests must pass. A test that fails now proves nothing.');
    return 1;
  }
  say(`Without a sabotage, all tests pass (${seconds(startedAt)}).`);

  const waiting = [...sabotages];
  const failed: Trial[] = [];
  let done = 0;
  await Promise.all(
    lanes.map(async (lane) => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const trial = await trySabotage(lane, next);
        done += 1;
        if (trial.result !== 'red') failed.push(trial);
        sayResult(trial, `${String(done).padStart(String(sabotages.length).length)}/${sabotages.length}`);
      }
    }),
  );
  return conclude(failed, sabotages.length, startedAt);
}

function sayResult({ sabotage, result, tookMs }: Trial, count: string): void {
  const words = {
    red: 'red, as it should',
    green: 'GREEN: no test notices',
    broken: 'BROKEN: proves nothing',
  };
  const color = result === 'red' ? 'green' : 'red';
  say(
    `${paint('dim', count)} ${sabotage.name} … ${paint(color, words[result])} (${(tookMs / 1_000).toFixed(1)} s)`,
  );
}

function conclude(failed: readonly Trial[], all: number, startedAt: number): number {
  say();
  for (const { sabotage, result, reason } of failed) {
    say(paint('red', `${sabotage.name}: ${result === 'green' ? 'its tests stay green' : reason}`));
    for (const { file, name } of sabotage.tests) say(`  ${file}: ${name}`);
  }
  const noticed = `${all - failed.length} of ${all} were noticed (${seconds(startedAt)}).`;
  say(paint('bold', noticed));
  return failed.length === 0 ? 0 : 1;
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1_000).toFixed(0)} s`;
}

async function tryAll(sabotages: readonly Sabotage[]): Promise<number> {
  const interrupted = interruption();
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'kyc-sabotage-')));
  try {
    const done = run(sabotages, folder).catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      return 1;
    });
    return await Promise.race([done, interrupted.then(exitCodeOf)]);
  } finally {
    endAll();
    // The database that was killed with its run may still be writing.
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

const chosen = choose(process.argv.slice(2));
process.exit(typeof chosen === 'number' ? chosen : await tryAll(chosen));
