import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import type { ProviderName, Sandbox } from '../../packages/sandbox/sandbox.ts';
import { startGateway, type User } from '../support/gateway.ts';

/** A user with an open session. */
export interface UserInSession extends User {
  provider: ProviderName;
  sessionId: string;
}

/**
 * Creates users with sessions at every provider. A deployment creates sessions at one provider only, so deployments
 * take turns.
 */
export async function openSessions(options: {
  sandbox: Sandbox;
  databaseUrl: string;
  eachProvider: number;
}): Promise<UserInSession[]> {
  const { sandbox, databaseUrl, eachProvider } = options;
  const users: UserInSession[] = [];
  for (const provider of PROVIDER_NAMES) {
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
