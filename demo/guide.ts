import type { ProviderName } from '../packages/sandbox/contract.ts';
import { START_PATH, STATUS_PATH } from './gateway-client.ts';
import type { SampleUser } from './sample-user.ts';
import { paint } from './terminal.ts';

interface Places {
  gatewayUrl: string;
  sandboxUrl: string;
  /** Undefined where it is the user's own, whose credentials are not for the screen. */
  databaseUrl: string | undefined;
}

/** Where to look and what can be tried now. */
export function guide({ gatewayUrl, sandboxUrl, databaseUrl }: Places, user: SampleUser): string {
  const bearer = '-H "authorization: Bearer $TOKEN"';
  const title = (text: string) => paint('bold', text);
  const line = (what: string, where: string) => `${what.padEnd(16)} ${where}\n`;
  return `
${title('Open in a browser:')}  ${paint('cyan', `${sandboxUrl}/`)}

${line('Console', `${sandboxUrl}/console`)}${line('', 'calls, webhooks and rows as they happen; switch the provider, make it fail')}${line('Mails', 'in the console; nothing leaves this machine')}${line('The API', `${gatewayUrl}/docs`)}${databaseUrl === undefined ? '' : line('The database', `psql '${databaseUrl}' -c 'SELECT * FROM users'`)}${line('All three', 'npm run demo -- --headless walks through every provider and checks each step')}${line('The end', 'Ctrl-C')}
${title('Or in another terminal')}, as ${user.email}:

TOKEN=${user.token}
curl -sw '\\n' -X POST ${gatewayUrl}${START_PATH} ${bearer}
curl -sw '\\n' ${gatewayUrl}${STATUS_PATH} ${bearer}
curl -sw '\\n' ${sandboxUrl}/sandbox/mails

What can be done with curl: curl ${sandboxUrl}/sandbox
Webhooks and mails appear here as they happen.
`;
}

/** For a session that was just opened. */
export function decisionHint(sandboxUrl: string, provider: ProviderName, sessionId: string): string {
  const path = `/sandbox/${provider}/sessions/${sessionId}/decision`;
  return `curl -sw '\\n' -X POST ${sandboxUrl}${path} -H 'content-type: application/json' -d '{"outcome":"approve"}'`;
}
