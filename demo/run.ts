import { BuildFailed } from '../scripts/build-when-needed.mjs';
import { DemoFailure } from './failure.ts';
import { walkThrough } from './headless.ts';
import { present } from './interactive.ts';
import { exitCodeOf, interruption } from './interruption.ts';
import type { DemoOptions } from './options.ts';
import { Resources } from './resources.ts';
import { raiseStage } from './stage.ts';
import { mute, paint, sayLast } from './terminal.ts';

/** Runs the demo and stops everything, however it ends. Resolves to the exit code. */
export async function run(options: DemoOptions): Promise<number> {
  const interrupted = interruption();
  const resources = new Resources();
  const ending = await Promise.race([
    play(options, resources).then(
      (isRight) => ({ kind: 'played', isRight }) as const,
      (error: unknown) => ({ kind: 'failed', error }) as const,
    ),
    interrupted.then((interruption) => ({ kind: 'interrupted', interruption }) as const),
  ]);
  mute();
  await resources.close();
  switch (ending.kind) {
    case 'played':
      return ending.isRight ? 0 : 1;
    case 'failed':
      process.stderr.write(`${paint('red', messageOf(ending.error))}\n`);
      return 1;
    case 'interrupted':
      sayLast('\nStopped. Nothing was left behind.');
      // An interruption is the normal end of the interactive demo. The headless one has no result yet.
      return options.isHeadless ? exitCodeOf(ending.interruption) : 0;
  }
}

async function play(options: DemoOptions, resources: Resources): Promise<boolean> {
  const stage = await raiseStage(resources, options);
  return options.isHeadless ? walkThrough(stage, resources) : present(stage, resources, options);
}

/** Prints a stack only for unexpected errors. */
function messageOf(error: unknown): string {
  if (error instanceof DemoFailure || error instanceof BuildFailed) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
