import { parseArgs } from 'node:util';
import { PROVIDER_LIST } from './providers.ts';
import type { SandboxOptions } from './options.ts';

export const USAGE = `Usage: npx node packages/sandbox/main.ts [options]

Runs emulators of ${PROVIDER_LIST}, a token issuer, a mailbox and web pages that show and
control them, in one process on 127.0.0.1.

  --port <number>        HTTP port (default 4010; 0 selects a free port)
  --smtp-port <number>   SMTP port (default 4025; 0 selects a free port)
  --webhook-url <url>    address that receives the webhooks
                         (default http://127.0.0.1:3000/api/webhooks/kyc-status)
  --gateway-url <url>    the gateway that the web pages call (default: origin of the webhook address)
  --database-url <url>   the gateway's PostgreSQL database, to show its rows (postgres://...)
  --help                 print this help
`;

export class UsageError extends Error {}

export interface CommandLine extends Required<
  Pick<SandboxOptions, 'port' | 'smtpPort' | 'webhookUrl' | 'gatewayUrl'>
> {
  databaseUrl: string | null;
}

/** Parses the arguments. Returns null for `--help`. Throws an error whose message is meant for the terminal. */
export function readOptions(args: string[]): CommandLine | null {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '4010' },
      'smtp-port': { type: 'string', default: '4025' },
      'webhook-url': { type: 'string', default: 'http://127.0.0.1:3000/api/webhooks/kyc-status' },
      'gateway-url': { type: 'string' },
      'database-url': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const webhookUrl = values['webhook-url'];
  requireUrl('--webhook-url', webhookUrl, /^https?:$/, 'an http or https');
  const gatewayUrl = values['gateway-url'] ?? new URL(webhookUrl).origin;
  requireUrl('--gateway-url', gatewayUrl, /^https?:$/, 'an http or https');
  const databaseUrl = values['database-url'] ?? null;
  if (databaseUrl !== null) requireUrl('--database-url', databaseUrl, /^postgres(ql)?:$/, 'a postgres://');
  return {
    port: readPort('--port', values.port),
    smtpPort: readPort('--smtp-port', values['smtp-port']),
    webhookUrl,
    gatewayUrl: new URL(gatewayUrl).origin,
    databaseUrl,
  };
}

function requireUrl(option: string, value: string, protocol: RegExp, kind: string): void {
  const url = URL.parse(value);
  if (url === null || url.host === '' || !protocol.test(url.protocol)) {
    throw new UsageError(`${option} must be ${kind} address`);
  }
}

function readPort(option: string, value: string): number {
  const port = Number(value);
  if (!/^\d+$/.test(value) || port > 65_535)
    throw new UsageError(`${option} must be a number from 0 to 65535`);
  return port;
}
