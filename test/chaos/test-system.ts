import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import {
  type EmulatedProvider,
  type ProviderName,
  type Sandbox,
  startSandbox,
} from '../../packages/sandbox/sandbox.ts';
import type { Output } from '../../tools/server-process.ts';
import { eventually } from '../support/eventually.ts';
import { type Answer, type User, WEBHOOK_PATH } from '../support/gateway.ts';
import { type Replica, startReplica } from '../support/replica.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { audit, type Findings } from './audit.ts';
import { replicaEnvironment } from './fleet.ts';
import { report } from './report.ts';
import type { UserInSession } from './users.ts';

type Row = Record<string, unknown>;

/** One provider, one database, and gateways in separate processes. */
export interface TestSystem {
  readonly sandbox: Sandbox;
  readonly provider: EmulatedProvider & { readonly name: ProviderName };
  readonly databaseUrl: string;
  /** Starts a gateway. The provider delivers to it, and users call it. */
  startReplica(options?: { databaseUrl?: string; output?: Output }): Promise<Replica>;
  /** Sends SIGKILL. */
  kill(replica: Replica): Promise<void>;
  createUser(): Promise<User>;
  start(user: User): Promise<Answer>;
  status(user: User): Promise<Answer>;
  /** Creates a user and starts a session. */
  openSession(): Promise<UserInSession>;
  query(sql: string, values?: unknown[]): Promise<Row[]>;
  /** Acquires the locks of the statement in a transaction on a separate connection. */
  lock(sql: string, values?: unknown[]): Promise<{ release(): Promise<void> }>;
  /** Resolves with the backend process of this application when it waits for a lock. */
  waitingForLock(applicationName: string): Promise<{ pid: number; hasWritten: boolean }>;
  /** Resolves when the database has closed all connections of killed gateways. */
  connectionsGone(): Promise<void>;
  /** Audits the final state and writes the line of the report. */
  auditAndReport(step: string, users: readonly UserInSession[]): Promise<Findings>;
  close(): Promise<void>;
}

/** The provider retries twice a second, longer than any restart takes. */
const RETRY_DELAYS_MS = Array.from({ length: 120 }, () => 500);

/** @param options.isReconciled whether reconciliation runs every minute; otherwise no scheduled job runs */
export async function openTestSystem(
  providerName: ProviderName,
  options: { isReconciled?: boolean } = {},
): Promise<TestSystem> {
  const sandbox = await startSandbox({ retryDelaysMs: RETRY_DELAYS_MS });
  const own = await createTestDatabase();
  const connections: Client[] = [];
  const replicas: Replica[] = [];
  const recoveriesMs: number[] = [];
  let kills = 0;

  async function connect(): Promise<Client> {
    const client = new Client(own.ownerUrl);
    connections.push(client);
    await client.connect();
    return client;
  }
  const database = await connect();
  const query = async (sql: string, values: unknown[] = []) => (await database.query<Row>(sql, values)).rows;
  if (options.isReconciled !== true) await query('DELETE FROM kyc_jobs.schedule');

  async function call(path: string, method: string, user: User): Promise<Answer> {
    const url = `${replicas.at(-1)?.url}${path}`;
    const answer = await fetch(url, { method, headers: { authorization: `Bearer ${user.token}` } });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Row };
  }

  const system: TestSystem = {
    sandbox,
    provider: sandbox[providerName],
    databaseUrl: own.ownerUrl,
    async startReplica(options = {}) {
      const { output = 'all' } = options;
      const environment = replicaEnvironment(sandbox, options.databaseUrl ?? own.url);
      const replica = await startReplica({ ...environment, KYC_PROVIDER: providerName }, { output });
      replicas.push(replica);
      const readyAfter = await replica.ready();
      if (kills > 0) recoveriesMs.push(readyAfter);
      sandbox.deliverTo(replica.url + WEBHOOK_PATH);
      return replica;
    },
    async kill(replica) {
      kills += 1;
      await replica.kill();
    },
    async createUser() {
      const id = randomUUID();
      const email = `${id.slice(0, 8)}@users.example.com`;
      await query('INSERT INTO users (id, email) VALUES ($1, $2)', [id, email]);
      return { id, email, token: await sandbox.issuer.tokenFor({ sub: id, email }) };
    },
    start: (user) => call('/api/kyc/start-verification', 'POST', user),
    status: (user) => call('/api/kyc/status', 'GET', user),
    async openSession() {
      const user = await system.createUser();
      const { status, body } = await system.start(user);
      if (status !== 201) throw new Error(`start answered ${status} ${JSON.stringify(body)}`);
      return { ...user, provider: providerName, sessionId: String(body['session_id']) };
    },
    query,
    async lock(sql, values = []) {
      const holder = await connect();
      await holder.query('BEGIN');
      await holder.query(sql, values);
      return { release: () => holder.end() };
    },
    waitingForLock: (applicationName) =>
      eventually(async () => {
        const [waiting] = await query(
          `SELECT pid, backend_xid IS NOT NULL AS has_written FROM pg_stat_activity
           WHERE datname = current_database() AND application_name = $1 AND wait_event_type = 'Lock'`,
          [applicationName],
        );
        return waiting && { pid: Number(waiting['pid']), hasWritten: waiting['has_written'] === true };
      }),
    connectionsGone: () =>
      eventually(async () => {
        const others = await query(
          `SELECT FROM pg_stat_activity
           WHERE datname = current_database() AND application_name LIKE 'kyc-gateway%'`,
        );
        return others.length === 0 ? true : undefined;
      }).then(() => undefined),
    async auditAndReport(step, users) {
      const { findings, figures } = await audit({ sandbox, databaseUrl: own.ownerUrl, users });
      await report({ name: step, ...figures, kills, recoveriesMs });
      return findings;
    },
    async close() {
      await Promise.all(replicas.map((replica) => replica.kill()));
      await Promise.all(connections.map((client) => client.end()));
      await sandbox.close();
      await own.drop();
    },
  };
  return system;
}
