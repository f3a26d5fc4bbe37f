import { ConfigurationError } from './read-config.ts';

/** For a command's first line: what `read` reads, or one message on standard error and exit code 1. */
export function orExit<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(
      `${error.message}\n\n.env.example explains every variable. To see the gateway at work without any: npm run demo\n`,
    );
    process.exit(1);
  }
}
