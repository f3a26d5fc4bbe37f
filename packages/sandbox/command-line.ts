import { parseArgs } from 'node:util';
import type { SandboxOptions } from './options.ts';

export const USAGE = `Usage: npx node sandbox/main.ts [options]

Stand-ins for Persona, Veriff and Onfido, a token issuer and a mailbox, and web pages to see and steer them:
in one process on 127.0.0.1.

  --port <number>        HTTP port (default 4010; 0 takes any free one)
  --smtp-port <number>   SMTP port (default 4025; 0 takes any free one)
  --webhook-url <url>    where webhooks are posted
                         (default http://127.0.0.1:3000/api/webhooks/kyc-status)
  --gateway-url <url>    the gateway that the web pages call (default: where webhooks are posted)
  --database-url <url>   the gateway's PostgreSQL, to show its rows (postgres://...)
  --help                 show this
`;

export class UsageError extends Error {}

export interface CommandLine extends Required<
  Pick<SandboxOptions, 'port' | 'smtpPort' | 'webhookUrl' | 'gatewayUrl'>
> {
  databaseUrl: string | null;
}

/** Reads the arguments; null when help is asked for. Throws with a message for the user. */
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
