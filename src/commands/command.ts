import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { reasonOf } from '../common/reason-of.ts';

type Parsed<Options extends ParseArgsOptionsConfig> = ReturnType<
  typeof parseArgs<{ options: Options; allowPositionals: true }>
>;

export interface Command<Options extends ParseArgsOptionsConfig> {
  readonly usage: string;
  readonly options: Options;
  run(values: Parsed<Options>['values'], positionals: string[]): Promise<void>;
}

export class UsageError extends Error {}

/**
 * Exit code 0 is success. Code 1 is a failure, with a line that says why. Code 2 is a mistake in the arguments, with
 * the usage.
 */
export async function runCommand<Options extends ParseArgsOptionsConfig>(
  command: Command<Options>,
): Promise<void> {
  try {
    const args = process.argv.slice(2);
    if (hasHelpOption(args)) {
      process.stdout.write(command.usage);
      return;
    }
    const { values, positionals } = parseArguments(args, command.options);
    await command.run(values, positionals);
  } catch (error) {
    const isUsageError = error instanceof UsageError;
    process.stderr.write(`Error: ${reasonOf(error)}\n${isUsageError ? `\n${command.usage}` : ''}`);
    process.exitCode = isUsageError ? 2 : 1;
  }
}

export function parseArguments<Options extends ParseArgsOptionsConfig>(
  args: string[],
  options: Options,
): Parsed<Options> {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(reasonOf(error), { cause: error });
  }
}

export function printLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

function hasHelpOption(args: readonly string[]): boolean {
  return args.includes('--help') || args.includes('-h');
}
