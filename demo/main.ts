import '../scripts/end-with-npm.mjs';
import { readOptions, USAGE } from './options.ts';
import type { DemoOptions } from './options.ts';

/** Exits with 2 for an invalid command line, as other tools do. */
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
  // Loaded late, so that --help prints at once.
  const { run } = await import('./run.ts');
  process.exit(await run(options));
}
