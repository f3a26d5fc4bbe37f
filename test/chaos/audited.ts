import type { Client } from 'pg';
import type { Sandbox } from '../../packages/sandbox/sandbox.ts';
import type { UserInSession } from './users.ts';

export type AuditedUser = Pick<UserInSession, 'id' | 'email' | 'provider' | 'sessionId'>;

/** What an audit looks at. */
export interface Audited {
  sandbox: Sandbox;
  database: Client;
  users: readonly AuditedUser[];
}

/** The provider's last word on each session. */
export function lastWords(sandbox: Sandbox): Map<string, string> {
  const sessions = [sandbox.persona, sandbox.veriff, sandbox.onfido].flatMap((each) => each.sessions());
  return new Map(sessions.map(({ id, status }) => [id, status]));
}
