import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'pg';
import { startPostgres } from '../../packages/sandbox/postgres/postgres.ts';
import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import { type ProviderName, type Sandbox, startSandbox } from '../../packages/sandbox/sandbox.ts';
import { type BalancedAnswer, startBalancer } from '../support/balancer.ts';
import { eventually } from '../support/eventually.ts';
import { WEBHOOK_PATH } from '../support/gateway.ts';
import { lastingPort, type Replica, startReplica } from '../support/replica.ts';
import { audit, NOTHING_WRONG } from './audit.ts';
import { replicaEnvironment } from './fleet.ts';
import { report } from './report.ts';
import type { UserInSession } from './users.ts';

const REPLACEMENTS = 4;
const STOPPED_WITHIN_MS = 10_000;
const CUSTOMERS = 6;
const FOLLOWERS = 4;

describe('A rolling restart under load with the default drain', () => {
  const cleanUps: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  });

  it('fails no request and accepts every delivery at its first attempt', async () => {
    const postgres = await startPostgres({ isDurable: false });
    cleanUps.push(() => postgres.stop());
    const sandbox = await startSandbox({ retryDelaysMs: [1_000, 1_000, 1_000] });
    cleanUps.push(() => sandbox.close());
    const line = await startLine(replicaEnvironment(sandbox, postgres.url));
    cleanUps.push(() => line.close());
    sandbox.deliverTo(line.balancer.url + WEBHOOK_PATH);
    const database = new Pool({ connectionString: postgres.url, max: 2 });
    cleanUps.push(() => database.end());

    const load = startLoad(line.balancer.url, sandbox, database);
    const stops: Stop[] = [];
    while (stops.length < REPLACEMENTS) stops.push(await line.replaceOldest());
    const { users, streamEnds, failures } = await load.stop();

    const { findings, figures } = await audit({ sandbox, databaseUrl: postgres.url, users });
    await report({ name: 'replicas replaced one by one', ...figures, faults: REPLACEMENTS });
    expect(failures).toEqual([]);
    expect(notServed(line.balancer.answers())).toEqual([]);
    expect(figures).toMatchObject({ attempts: figures.sent, acknowledged: figures.sent });
    expect(findings).toEqual(NOTHING_WRONG);
    expect(stops.map(({ code }) => code)).toEqual(stops.map(() => 0));
    expect(Math.max(...stops.map(({ tookMs }) => tookMs))).toBeLessThan(STOPPED_WITHIN_MS);
    expect(new Set(users.map(({ provider }) => provider))).toEqual(new Set(PROVIDER_NAMES));
    // A client on the younger replica is moved at every second replacement.
    expect(Math.min(...streamEnds)).toBeGreaterThanOrEqual(REPLACEMENTS / 2);
  });
});

interface Stop {
  code: number | NodeJS.Signals | null;
  tookMs: number;
}

/** Two replicas behind a balancer that knows the ports of all later ones. */
async function startLine(environment: Record<string, string>) {
  const ports: number[] = [];
  while (ports.length < 2 + REPLACEMENTS) ports.push(await lastingPort());
  let launched = 0;
  async function launch(): Promise<Replica> {
    // Old and new replicas use different providers, so that replicas with different configurations run together.
    const KYC_PROVIDER = PROVIDER_NAMES[launched % PROVIDER_NAMES.length] ?? '';
    const port = ports[launched];
    launched += 1;
    const variables = {
      ...environment,
      KYC_PROVIDER,
      DATABASE_POOL_SIZE: '5',
      // Empty means the default.
      SHUTDOWN_DRAIN_SECONDS: '',
      RATE_LIMIT_START_ADDRESS: '100000/600',
    };
    const replica = await startReplica(variables, port === undefined ? {} : { port });
    await replica.ready();
    return replica;
  }
  const replicas = [await launch(), await launch()];
  const balancer = await startBalancer(ports);
  const inService = ({ port }: Replica) =>
    eventually(async () => (balancer.inService().includes(port) ? true : undefined));
  await Promise.all(replicas.map(inService));

  return {
    balancer,
    /** A new replica is ready before the oldest one receives SIGTERM. */
    async replaceOldest(): Promise<Stop> {
      const next = await launch();
      replicas.push(next);
      await inService(next);
      const oldest = replicas.shift() ?? next;
      const askedAt = performance.now();
      const code = await oldest.stop();
      return { code, tookMs: performance.now() - askedAt };
    },
    async close() {
      await balancer.close();
      await Promise.all(replicas.map((replica) => replica.stop()));
    },
  };
}

/**
 * Each customer plays one user after the other: it starts, three deliveries verify it, and it reads the status in
 * between. Followers read the status stream of one user and reopen it when it ends.
 */
function startLoad(url: string, sandbox: Sandbox, database: Pool) {
  const users: UserInSession[] = [];
  const failures: string[] = [];
  const streamEnds: number[] = [];
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
    async stop() {
      state.isOver = true;
      await Promise.all(customers);
      over.abort();
      await Promise.all(followers);
      return { users, streamEnds, failures };
    },
  };
}

function notServed(answers: readonly BalancedAnswer[]): BalancedAnswer[] {
  return answers.filter(({ status }) => status !== 200 && status !== 201);
}
