import '../scripts/end-with-npm.mjs';
import { exitCodeOf, interruption } from '../demo/interruption.ts';
import { paint, say } from '../demo/terminal.ts';
import { buildWhenNeeded } from '../scripts/build-when-needed.mjs';
import { MEASURES } from './measures/measures.ts';
import { type Options, readOptions, USAGE } from './options.ts';
import { writeResults } from './report/results.ts';
import { tableOf } from './report/table.ts';
import { isGrossRegression, verdictOf } from './report/verdict.ts';
import { openStage } from './surroundings/stage.ts';
import type { Line } from './measures/measure.ts';

function choose(args: string[]): Options | number {
  try {
    const options = readOptions(args);
    if (typeof options === 'object') return options;
    if (options === 'help') process.stdout.write(USAGE);
    else
      for (const { name, kind } of MEASURES) say(`${name}${kind === 'full' ? paint('dim', '  --full') : ''}`);
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return 2;
  }
}

async function run({ measures, isShort, rounds, serverUrl, json }: Options): Promise<number> {
  const startedAt = performance.now();
  const progress = (text: string) => say(paint('dim', `${since(startedAt).padStart(6)}  ${text}`));
  await buildWhenNeeded({ isFreshRequired: true, onBuilding: () => progress('building the gateway') });
  progress('starting PostgreSQL, the providers and the mail server');
  const stage = await openStage({ rounds, isShort, serverUrl, progress });
  const interrupted = interruption();
  try {
    const lines: Line[] = [];
    const measured = (async () => {
      for (const measure of measures) {
        progress(paint('bold', measure.name));
        lines.push(...(await measure.run(stage)));
        await stage.release();
      }
      return null;
    })();
    const interruption = await Promise.race([measured, interrupted]);
    if (interruption !== null) return exitCodeOf(interruption);
    say();
    for (const line of tableOf(lines)) say(line);
    await writeResults(json, {
      lines,
      records: stage.records,
      rounds,
      isShort,
      postgres: stage.databases.version,
    });
    return conclude(lines, { isShort, json, tookS: since(startedAt) });
  } finally {
    await stage.close();
  }
}

function conclude(
  lines: readonly Line[],
  { isShort, json, tookS }: { isShort: boolean; json: string; tookS: string },
): number {
  const judged = lines.filter(({ goal }) => goal !== null);
  const missed = judged.filter((line) => verdictOf(line) === 'MISSED');
  say();
  say(`${judged.length - missed.length} of ${judged.length} goals are met (${tookS}). All results: ${json}`);
  if (!isShort) return 0;
  const gross = judged.filter(isGrossRegression);
  for (const { what } of gross) say(paint('red', `More than twice as bad as the goal: ${what}`));
  return gross.length === 0 ? 0 : 1;
}

function since(startedAt: number): string {
  return `${((performance.now() - startedAt) / 1_000).toFixed(0)} s`;
}

const chosen = choose(process.argv.slice(2));
process.exit(
  typeof chosen === 'number'
    ? chosen
    : await run(chosen).catch((error: unknown) => {
        process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
        return 1;
      }),
);
