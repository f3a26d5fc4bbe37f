import type { Client } from 'pg';
import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import type { Sandbox } from '../../packages/sandbox/sandbox.ts';
import type { UserInSession } from './users.ts';

export type AuditedUser = Pick<UserInSession, 'id' | 'email' | 'provider' | 'sessionId'>;

/** The inputs of an audit. */
export interface Audited {
  sandbox: Sandbox;
  database: Client;
  users: readonly AuditedUser[];
}

/** The final status of each session at its provider. */
export function lastStatuses(sandbox: Sandbox): Map<string, string> {
  const sessions = PROVIDER_NAMES.flatMap((name) => sandbox[name].sessions());
  return new Map(sessions.map(({ id, status }) => [id, status]));
}
