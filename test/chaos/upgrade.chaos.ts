import { Pool } from 'pg';
import { startPostgres } from '../../packages/sandbox/postgres/postgres.ts';
import { startSandbox } from '../../packages/sandbox/sandbox.ts';
import { startBalancer } from '../support/balancer.ts';
import { eventually } from '../support/eventually.ts';
import { WEBHOOK_PATH } from '../support/gateway.ts';
import { buildPreviousRelease } from '../support/previous-release.ts';
import { lastingPort, type Replica, startReplica } from '../support/replica.ts';
import { audit, NOTHING_WRONG } from './audit.ts';
import { replicaEnvironment } from './fleet.ts';
import { startLoad } from './load.ts';
import { report } from './report.ts';

/** How many users are verified in each phase. */
const USERS_EACH_PHASE = 12;

describe('An upgrade from the previous release under load', () => {
  const cleanUps: (() => Promise<unknown>)[] = [];

  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  });

  it('fails no request while both releases run on the migrated database, and after a return to the previous release', async () => {
    const previous = await buildPreviousRelease();
    cleanUps.push(() => previous.dispose());
    const postgres = await startPostgres({ isDurable: false });
    cleanUps.push(() => postgres.stop());
    const sandbox = await startSandbox({ retryDelaysMs: [1_000, 1_000, 1_000] });
    cleanUps.push(() => sandbox.close());
    const database = new Pool({ connectionString: postgres.url, max: 2 });
    cleanUps.push(() => database.end());

    const ports = [await lastingPort(), await lastingPort(), await lastingPort()];
    const environment = {
      ...replicaEnvironment(sandbox, postgres.url),
      DATABASE_POOL_SIZE: '5',
      SHUTDOWN_DRAIN_SECONDS: '5',
      RATE_LIMIT_START_ADDRESS: '100000/600',
    };
    let launched = 0;
    async function launch(script?: string): Promise<Replica> {
      const port = ports[launched] ?? 0;
      launched += 1;
      const replica = await startReplica(environment, { port, ...(script === undefined ? {} : { script }) });
      cleanUps.push(() => replica.kill());
      await replica.ready();
      return replica;
    }
    const old = await launch(previous.script);
    const balancer = await startBalancer(ports);
    cleanUps.push(() => balancer.close());
    const inService = (replicas: Replica[]) =>
      eventually(async () => {
        const serving = balancer.inService().toSorted((a, b) => a - b);
        const expected = replicas.map(({ port }) => port).toSorted((a, b) => a - b);
        return serving.join() === expected.join() ? true : undefined;
      });
    await inService([old]);
    sandbox.deliverTo(balancer.url + WEBHOOK_PATH);
    const before = await migrationsOf(database);
    const load = startLoad(balancer.url, sandbox, database);
    await load.verifies(USERS_EACH_PHASE);

    const fresh = await launch();
    await inService([old, fresh]);
    await load.verifies(USERS_EACH_PHASE);

    // The previous release starts on the migrated database, as in a roll-back.
    const returned = await launch(previous.script);
    await inService([old, fresh, returned]);
    await Promise.all([old.stop(), fresh.stop()]);
    await inService([returned]);
    await load.verifies(USERS_EACH_PHASE);
    const { users, failures } = await load.stop();

    const { findings, figures } = await audit({ sandbox, databaseUrl: postgres.url, users });
    await report({ name: 'upgrade and roll-back', ...figures, faults: 2 });
    expect(await migrationsOf(database)).toBeGreaterThan(before);
    expect(failures).toEqual([]);
    expect(balancer.answers().filter(({ status }) => status !== 200 && status !== 201)).toEqual([]);
    expect(findings).toEqual(NOTHING_WRONG);
  });
});

async function migrationsOf(database: Pool): Promise<number> {
  const { rows } = await database.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM kyc_migrations',
  );
  return rows[0]?.count ?? 0;
}
