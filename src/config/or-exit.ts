import { ConfigurationError } from './read-config.ts';

export function orExit<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(
      `${error.message}\n\ndocs/configuration.md explains every variable. \`npm run demo\` needs no configuration.\n`,
    );
    process.exit(1);
  }
}
