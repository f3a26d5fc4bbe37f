import type { ProviderName } from '../sandbox/contract.ts';
import { START_PATH, STATUS_PATH } from './gateway-client.ts';
import { PROVIDERS } from './options.ts';
import type { SampleUser } from './sample-user.ts';
import { paint } from './terminal.ts';

interface Places {
  gatewayUrl: string;
  sandboxUrl: string;
  provider: ProviderName;
  /** Undefined where it is the user's own, whose credentials are not for the screen. */
  databaseUrl: string | undefined;
}

/** What can be tried now, in commands to paste. */
export function guide({ gatewayUrl, sandboxUrl, provider, databaseUrl }: Places, user: SampleUser): string {
  const next = PROVIDERS[(PROVIDERS.indexOf(provider) + 1) % PROVIDERS.length] ?? provider;
  const bearer = '-H "authorization: Bearer $TOKEN"';
  const title = (text: string) => paint('bold', text);
  return `
${title(`${user.email} has logged in.`)} Paste into another terminal:

TOKEN=${user.token}

${title('1. The user asks to be verified')}
curl -sw '\\n' -X POST ${gatewayUrl}${START_PATH} ${bearer}

${title('2. The provider decides')}
Open the session_url of the answer in a browser: it stands in for the page of ${provider}, and you choose the outcome.
Without a browser: the command for it is printed here as soon as the session is open.

${title('3. Where the user stands')}
curl -sw '\\n' ${gatewayUrl}${STATUS_PATH} ${bearer}

${title('4. The mails that went out')}
curl -sw '\\n' ${sandboxUrl}/sandbox/mails

${title('More')}
The API          ${gatewayUrl}/docs
The sandbox      ${sandboxUrl}/ (other users' tokens, failing providers, late and doubled webhooks)
${databaseUrl === undefined ? '' : `The database     psql '${databaseUrl}' -c 'SELECT * FROM users'\n`}Another provider KYC_PROVIDER=${next} npm run demo
All three        npm run demo -- --headless
The end          Ctrl-C

Webhooks and mails appear here as they happen.
`;
}

/** For a session that was just opened. */
export function decisionHint(sandboxUrl: string, provider: ProviderName, sessionId: string): string {
  const path = `/sandbox/${provider}/sessions/${sessionId}/decision`;
  return `curl -sw '\\n' -X POST ${sandboxUrl}${path} -H 'content-type: application/json' -d '{"outcome":"approve"}'`;
}
