import type { EnvironmentGroup } from './environment-group.js';
import type { GatewayConfig } from './gateway.config.js';
import { ConfigurationError, readConfig } from './read-config.js';

/** For a command's first line: a configuration, or one message on standard error and exit code 1. */
export function configOrExit(groups: readonly EnvironmentGroup[]): GatewayConfig {
  try {
    return readConfig(groups);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(
      `${error.message}\n\n.env.example explains every variable. To see the gateway at work without any: npm run demo\n`,
    );
    process.exit(1);
  }
}
