import { parseArgs } from 'node:util';
import type { SandboxOptions } from './contract.ts';

export const USAGE = `Usage: npx node sandbox/main.ts [options]

Stand-ins for Persona, Veriff and Onfido, a token issuer and a mailbox, in one process on 127.0.0.1.

  --port <number>        HTTP port (default 4010; 0 takes any free one)
  --smtp-port <number>   SMTP port (default 4025; 0 takes any free one)
  --webhook-url <url>    where webhooks are posted
                         (default http://127.0.0.1:3000/api/webhooks/kyc-status)
  --help                 show this
`;

export class UsageError extends Error {}

/** Reads the arguments; null when help is asked for. Throws with a message for the user. */
export function readOptions(args: string[]): Required<Omit<SandboxOptions, 'retryDelaysMs'>> | null {
  const { values } = parseArgs({
    args,
    options: {
      port: { type: 'string', default: '4010' },
      'smtp-port': { type: 'string', default: '4025' },
      'webhook-url': { type: 'string', default: 'http://127.0.0.1:3000/api/webhooks/kyc-status' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const webhookUrl = values['webhook-url'];
  if (!/^https?:\/\//.test(webhookUrl) || !URL.canParse(webhookUrl)) {
    throw new UsageError('--webhook-url must be an http or https address');
  }
  return {
    port: readPort('--port', values.port),
    smtpPort: readPort('--smtp-port', values['smtp-port']),
    webhookUrl,
  };
}

function readPort(option: string, value: string): number {
  const port = Number(value);
  if (!/^\d+$/.test(value) || port > 65_535)
    throw new UsageError(`${option} must be a number from 0 to 65535`);
  return port;
}
