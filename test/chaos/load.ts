import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { ProviderName, Sandbox } from '../../packages/sandbox/sandbox.ts';
import { eventually } from '../support/eventually.ts';
import type { UserInSession } from './users.ts';

const CUSTOMERS = 6;
const FOLLOWERS = 4;

/**
 * Each customer plays one user after the other: it starts, three deliveries verify it, and it reads the status in
 * between. Followers read the status stream of one user and reopen it when it ends.
 */
export function startLoad(url: string, sandbox: Sandbox, database: Pool) {
  const users: UserInSession[] = [];
  const failures: string[] = [];
  const streamEnds: number[] = [];
  let verified = 0;
  const state = { isOver: false };
  const over = new AbortController();

  async function createUser() {
    const id = randomUUID();
    const email = `${id.slice(0, 8)}@users.example.com`;
    await database.query('INSERT INTO users (id, email) VALUES ($1, $2)', [id, email]);
    return { id, email, token: await sandbox.issuer.tokenFor({ sub: id, email }) };
  }
  async function call(method: string, path: string, token: string): Promise<Record<string, unknown>> {
    const answer = await fetch(url + path, { method, headers: { authorization: `Bearer ${token}` } });
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Record<string, unknown>;
  }
  const statusOf = async (token: string) => (await call('GET', '/api/kyc/status', token))['kyc_status'];

  async function beVerified(): Promise<void> {
    const user = await createUser();
    const started = await call('POST', '/api/kyc/start-verification', user.token);
    const session = {
      provider: started['provider'] as ProviderName,
      sessionId: String(started['session_id']),
    };
    users.push({ ...user, ...session });
    // Whole seconds in the past, because Onfido's times have no fractions.
    const began = Math.floor(Date.now() / 1_000) * 1_000 - 60_000;
    for (const [second, outcome] of (['start', 'submit', 'approve'] as const).entries()) {
      if ((await statusOf(user.token)) !== 'pending') failures.push(`${user.id} is not pending`);
      const at = new Date(began + second * 1_000);
      await sandbox[session.provider].decide(session.sessionId, { outcome }, { at });
    }
    if ((await statusOf(user.token)) !== 'verified') failures.push(`${user.id} is not verified`);
    verified += 1;
  }
  async function follow(index: number): Promise<void> {
    const { token } = await createUser();
    streamEnds[index] = 0;
    while (!state.isOver) {
      const headers = { authorization: `Bearer ${token}` };
      const stream = await fetch(`${url}/api/kyc/status/stream`, { headers, signal: over.signal });
      if (stream.status !== 200) throw new Error(`a stream answered ${stream.status}`);
      const text = await stream.text();
      if (!text.endsWith('\n\n')) throw new Error(`a stream ended within an event: ${text}`);
      streamEnds[index] += 1;
    }
  }
  const note = (error: unknown) => {
    const { message, cause } = error as Error;
    if (!over.signal.aborted)
      failures.push(cause instanceof Error ? `${message}: ${cause.message}` : message);
  };
  const customers = Array.from({ length: CUSTOMERS }, async () => {
    while (!state.isOver) {
      await beVerified().catch(note);
      await pause(100);
    }
  });
  const followers = Array.from({ length: FOLLOWERS }, (_, index) => follow(index).catch(note));

  return {
    /** Resolves when this many more users are verified. */
    async verifies(count: number): Promise<void> {
      const enough = verified + count;
      await eventually(async () => (verified >= enough ? true : undefined));
    },
    async stop() {
      state.isOver = true;
      await Promise.all(customers);
      over.abort();
      await Promise.all(followers);
      return { users, streamEnds, failures };
    },
  };
}
