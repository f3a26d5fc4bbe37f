import { randomBytes, randomUUID } from 'node:crypto';
import type { TokenIssuer } from '../packages/sandbox/contract.ts';

export interface SampleUser {
  id: string;
  email: string;
  token: string;
}

/** Creates a signed-in user. Each one is new, because the database can contain users of an earlier demo. */
export async function logIn(issuer: TokenIssuer, name: string): Promise<SampleUser> {
  const id = randomUUID();
  const email = `${name}.${randomBytes(2).toString('hex')}@example.com`;
  const token = await issuer.tokenFor({ sub: id, email }, { expiresInSeconds: 24 * 3600 });
  return { id, email, token };
}
