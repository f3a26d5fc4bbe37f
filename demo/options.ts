import { parseArgs } from 'node:util';
import type { ProviderName } from '../packages/sandbox/sandbox.ts';
import { PROVIDER_NAMES } from '../packages/sandbox/providers.ts';

export const USAGE = `Usage: npm run demo [-- --headless]

Runs the whole gateway on this machine: a real PostgreSQL, emulated identity providers, a login and a mailbox. Open
its address to see a small app that verifies a user, and a console that shows and controls each step. Ctrl-C stops the
demo and removes everything that it created.

  --headless   run an approval and a rejection at every provider, check every response,
               database row and mail, then exit with 0 if everything was right, else with 1
  --help       show this text

Environment:
  KYC_PROVIDER   the first provider: ${PROVIDER_NAMES.join(', ')} (default: ${PROVIDER_NAMES[0]})
  PORT           port of the gateway (default 3000, or the next free port; 0 for any)
  DATABASE_URL   a PostgreSQL to use instead of a temporary one
  NO_COLOR       disables colors
`;

export class UsageError extends Error {}

export interface DemoOptions {
  isHeadless: boolean;
  provider: ProviderName;
  port: number;
  /** Undefined if the demo starts its own PostgreSQL. */
  databaseUrl: string | undefined;
}

/**
 * Returns null if the user asks for help.
 *
 * @throws UsageError or TypeError with a message for the user
 */
export function readOptions(args: string[], environment: NodeJS.ProcessEnv): DemoOptions | null {
  const { values } = parseArgs({
    args,
    options: {
      headless: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return null;
  const databaseUrl = environment['DATABASE_URL']?.trim();
  return {
    isHeadless: values.headless,
    provider: readProvider(environment['KYC_PROVIDER']?.trim() || PROVIDER_NAMES[0]),
    port: readPort(environment['PORT']?.trim() || '3000'),
    databaseUrl: databaseUrl === '' ? undefined : databaseUrl,
  };
}

function readProvider(name: string | undefined): ProviderName {
  const provider = PROVIDER_NAMES.find((candidate) => candidate === name);
  if (provider === undefined)
    throw new UsageError(`KYC_PROVIDER must be one of ${PROVIDER_NAMES.join(', ')}`);
  return provider;
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new UsageError('PORT must be a number from 0 to 65535');
  return port;
}
