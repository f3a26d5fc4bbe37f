import { Client } from 'pg';
import { type RunningPostgres, startPostgres } from '../../packages/sandbox/postgres/postgres.ts';
import { startSandbox } from '../../packages/sandbox/sandbox.ts';
import { eventually } from '../support/eventually.ts';
import { type Line, openLine } from '../support/frozen-connections.ts';
import { audit, NOTHING_WRONG } from './audit.ts';
import { type Fleet, replicaEnvironment, startFleet } from './fleet.ts';
import { startRandom } from './random.ts';
import { report } from './report.ts';
import { PATIENT_RETRIES_MS, runStream } from './stream.ts';
import { openSessions } from './users.ts';

const USERS_EACH_PROVIDER = 20;
const STREAM_MS = 15_000;
const READY_WITHIN_MS = 5_000;
/** Enough that the primary fails in the middle of the stream. */
const EVENTS_BEFORE_FAILURE = 30;

interface Servers {
  primary: RunningPostgres;
  standby: RunningPostgres;
  /** The server that DATABASE_URL leads to. */
  line: Line;
}

/** How the primary fails, as the gateway sees it. */
const FAILURES: [string, (servers: Servers) => Promise<void>][] = [
  [
    'whose connections end',
    async ({ primary, line }) => {
      line.cut();
      await primary.halt('crash');
    },
  ],
  [
    'that no longer answers',
    async ({ primary, line }) => {
      line.freeze();
      await primary.halt('crash');
    },
  ],
  [
    'whose name leads to the standby before the promotion',
    async ({ primary, standby, line }) => {
      line.cut();
      await primary.halt('crash');
      line.recover(standby.url);
    },
  ],
];

describe('The fail-over from a primary', () => {
  const cleanUps: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  });

  it.each(FAILURES)(
    '%s loses no acknowledged event, and busy replicas are ready within 5 s of the promotion',
    async (name, fail) => {
      const random = startRandom();
      const primary = await startPostgres({ isDurable: true });
      cleanUps.push(() => primary.stop());
      const sandbox = await startSandbox({ retryDelaysMs: PATIENT_RETRIES_MS });
      cleanUps.push(() => sandbox.close());
      const users = await openSessions({
        sandbox,
        databaseUrl: primary.url,
        eachProvider: USERS_EACH_PROVIDER,
      });
      const standby = await startPostgres({ isDurable: true, standbyOf: primary.url });
      cleanUps.push(() => standby.stop());
      await replicateSynchronously(primary);
      const line = await openLine(primary.url);
      cleanUps.push(() => line.close());
      const fleet = await startFleet(2, replicaEnvironment(sandbox, line.url));
      cleanUps.push(() => fleet.close());
      sandbox.deliverTo(fleet.webhookUrl);

      const streaming = runStream({ sandbox, users, random, overMs: STREAM_MS });
      await eventsIn(primary, EVENTS_BEFORE_FAILURE);
      await fail({ primary, standby, line });
      await noneReady(fleet);
      await ask(standby, 'SELECT pg_promote()');
      line.recover(standby.url);
      const promotedAt = performance.now();
      await fleet.allReady();
      const recoveryMs = performance.now() - promotedAt;
      await streaming;

      const { findings, figures } = await audit({ sandbox, databaseUrl: standby.url, users });
      await report({
        name: `fail-over: ${name}`,
        ...figures,
        faults: 1,
        recoveriesMs: [recoveryMs],
        seed: random.seed,
      });
      expect(findings).toEqual(NOTHING_WRONG);
      expect(fleet.deaths()).toEqual([]);
      expect(recoveryMs).toBeLessThan(READY_WITHIN_MS);
    },
  );
});

/** From now on, a commit is acknowledged when the standby has it too. */
async function replicateSynchronously(primary: RunningPostgres): Promise<void> {
  await ask(primary, `ALTER SYSTEM SET synchronous_standby_names = '*'`);
  await ask(primary, 'SELECT pg_reload_conf()');
  await eventually(async () => {
    const [standby] = await ask(primary, 'SELECT sync_state FROM pg_stat_replication');
    return standby?.['sync_state'] === 'sync' ? true : undefined;
  });
}

async function eventsIn(primary: RunningPostgres, atLeast: number): Promise<void> {
  await eventually(async () => {
    const [row] = await ask(primary, 'SELECT count(*) AS events FROM kyc_events');
    return Number(row?.['events']) >= atLeast ? true : undefined;
  });
}

async function noneReady(fleet: Fleet): Promise<void> {
  await eventually(async () => {
    const answers = await Promise.all(fleet.replicas().map(({ url }) => fetch(`${url}/health/ready`)));
    const statuses = answers.map(({ status }) => status);
    return statuses.every((status) => status === 503) ? true : undefined;
  });
}

async function ask({ url }: RunningPostgres, statement: string): Promise<Record<string, unknown>[]> {
  const client = new Client(url);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(statement)).rows;
  } finally {
    await client.end();
  }
}
