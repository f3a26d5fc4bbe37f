import { Pool } from 'pg';
import { startPostgres } from '../../packages/sandbox/postgres/postgres.ts';
import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import { startSandbox } from '../../packages/sandbox/sandbox.ts';
import { type BalancedAnswer, startBalancer } from '../support/balancer.ts';
import { eventually } from '../support/eventually.ts';
import { WEBHOOK_PATH } from '../support/gateway.ts';
import { lastingPort, type Replica, startReplica } from '../support/replica.ts';
import { audit, NOTHING_WRONG } from './audit.ts';
import { replicaEnvironment } from './fleet.ts';
import { startLoad } from './load.ts';
import { report } from './report.ts';

const REPLACEMENTS = 4;
const STOPPED_WITHIN_MS = 10_000;

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

function notServed(answers: readonly BalancedAnswer[]): BalancedAnswer[] {
  return answers.filter(({ status }) => status !== 200 && status !== 201);
}
