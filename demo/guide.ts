import type { ProviderName } from '../packages/sandbox/sandbox.ts';
import { START_PATH, STATUS_PATH } from './gateway-client.ts';
import type { SampleUser } from './sample-user.ts';
import { paint } from './terminal.ts';

interface Places {
  gatewayUrl: string;
  sandboxUrl: string;
  /** Undefined if the user of the demo gave the database, because its credentials must not be printed. */
  databaseUrl: string | undefined;
}

/** Lists the addresses to open and the commands to try. */
export function guide({ gatewayUrl, sandboxUrl, databaseUrl }: Places, user: SampleUser): string {
  const bearer = '-H "authorization: Bearer $TOKEN"';
  const title = (text: string) => paint('bold', text);
  const line = (what: string, where: string) => `${what.padEnd(16)} ${where}\n`;
  return `
${title('Open in a browser:')}  ${paint('cyan', `${sandboxUrl}/`)}

${line('Console', `${sandboxUrl}/console`)}${line('', 'live calls, webhooks and rows; switches the provider and simulates failures')}${line('Mails', 'shown in the console; no mail leaves this machine')}${line('The API', `${gatewayUrl}/docs`)}${databaseUrl === undefined ? '' : line('The database', `psql '${databaseUrl}' -c 'SELECT * FROM users'`)}${line('All providers', 'npm run demo -- --headless runs every provider and checks each step')}${line('Stop', 'Ctrl-C')}
${title('Or in another terminal')}, as ${user.email}:

TOKEN=${user.token}
curl -sw '\\n' -X POST ${gatewayUrl}${START_PATH} ${bearer}
curl -sw '\\n' ${gatewayUrl}${STATUS_PATH} ${bearer}
curl -sw '\\n' ${sandboxUrl}/sandbox/mails

All control commands: curl ${sandboxUrl}/sandbox
Webhooks and mails appear here as they happen.
`;
}

/** The command that approves a session. */
export function decisionHint(sandboxUrl: string, provider: ProviderName, sessionId: string): string {
  const path = `/sandbox/${provider}/sessions/${sessionId}/decision`;
  return `curl -sw '\\n' -X POST ${sandboxUrl}${path} -H 'content-type: application/json' -d '{"outcome":"approve"}'`;
}
