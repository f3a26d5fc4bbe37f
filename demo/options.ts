import { parseArgs } from 'node:util';
import type { ProviderName } from '../packages/sandbox/contract.ts';

export const PROVIDERS: readonly ProviderName[] = ['persona', 'veriff', 'onfido'];

export const USAGE = `Usage: npm run demo [-- --headless]

The whole gateway on this machine, with nothing to prepare: a real PostgreSQL, stand-ins for Persona, Veriff and Onfido,
a login and a mailbox. Its address opens a small app that has a user verified, and a console that shows and steers
what happens behind it. Ctrl-C ends it, and leaves nothing behind.

  --headless   walk users through approval and rejection at all three providers, check every answer,
               database row and mail, and end: exit code 0 if all was right, else 1
  --help       show this

Environment:
  KYC_PROVIDER   who verifies at first: persona (default), veriff or onfido
  PORT           of the gateway (default 3000; the next free one if it is taken; 0 for any)
  DATABASE_URL   a PostgreSQL of yours, instead of one that is gone afterwards
  NO_COLOR       no colours
`;

export class UsageError extends Error {}

export interface DemoOptions {
  isHeadless: boolean;
  provider: ProviderName;
  port: number;
  /** Undefined: a PostgreSQL of the demo's own. */
  databaseUrl: string | undefined;
}

/** What the user asked for; null when it is help. Throws with a message for the user. */
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
    provider: readProvider(environment['KYC_PROVIDER']?.trim() || 'persona'),
    port: readPort(environment['PORT']?.trim() || '3000'),
    databaseUrl: databaseUrl === '' ? undefined : databaseUrl,
  };
}

function readProvider(name: string): ProviderName {
  const provider = PROVIDERS.find((candidate) => candidate === name);
  if (provider === undefined) throw new UsageError(`KYC_PROVIDER must be one of ${PROVIDERS.join(', ')}`);
  return provider;
}

function readPort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535) throw new UsageError('PORT must be a number from 0 to 65535');
  return port;
}
