import type { ProviderName, Sandbox } from '../../packages/sandbox/sandbox.ts';
import { startGateway, type User } from '../support/gateway.ts';

/** A user with an open session. */
export interface UserInSession extends User {
  provider: ProviderName;
  sessionId: string;
}

const PROVIDERS: readonly ProviderName[] = ['persona', 'veriff', 'onfido'];

/**
 * Creates users with sessions at all three providers. A deployment creates sessions at one provider only, so three
 * deployments take turns.
 */
export async function openSessions(options: {
  sandbox: Sandbox;
  databaseUrl: string;
  eachProvider: number;
}): Promise<UserInSession[]> {
  const { sandbox, databaseUrl, eachProvider } = options;
  const users: UserInSession[] = [];
  for (const provider of PROVIDERS) {
    const environment = { RATE_LIMIT_START_ADDRESS: '100000/600' };
    const gateway = await startGateway({ provider, sandbox, databaseUrl, environment });
    try {
      for (let count = 0; count < eachProvider; count += 1) {
        const { user, sessionId } = await gateway.openSession();
        users.push({ ...user, provider, sessionId });
      }
    } finally {
      await gateway.close();
    }
  }
  return users;
}
