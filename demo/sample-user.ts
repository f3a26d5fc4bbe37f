import { randomBytes, randomUUID } from 'node:crypto';
import type { TokenIssuer } from '../packages/sandbox/contract.ts';

export interface SampleUser {
  id: string;
  email: string;
  token: string;
}

/** Somebody who has logged in at the platform. A new one every time: the database may have seen the last demo. */
export async function logIn(issuer: TokenIssuer, name: string): Promise<SampleUser> {
  const id = randomUUID();
  const email = `${name}.${randomBytes(2).toString('hex')}@example.com`;
  const token = await issuer.tokenFor({ sub: id, email }, { expiresInSeconds: 24 * 3600 });
  return { id, email, token };
}
