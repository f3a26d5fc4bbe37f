import '../scripts/end-with-npm.mjs';
import { readOptions, USAGE } from './options.ts';
import type { DemoOptions } from './options.ts';

/** The exit status for a command line that cannot be followed is 2, as with other tools. */
function optionsOrExit(): DemoOptions | null {
  try {
    return readOptions(process.argv.slice(2), process.env);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exit(2);
  }
}

const options = optionsOrExit();
if (options === null) {
  process.stdout.write(USAGE);
} else {
  // Only now: whoever asks for help does not wait for everything to load.
  const { run } = await import('./run.ts');
  process.exit(await run(options));
}
