import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { startSandbox } from '../../packages/sandbox/sandbox.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { audit, NOTHING_WRONG } from './audit.ts';
import { replicaEnvironment, startFleet } from './fleet.ts';
import { startRandom } from './random.ts';
import { report } from './report.ts';
import { runStream } from './stream.ts';
import { openSessions } from './users.ts';

const USERS_EACH_PROVIDER = 15;
const PATIENCE_MS = 150_000;
const LONG_AGO = new Date('2026-01-01T00:00:00Z');

describe('Lost webhooks', () => {
  const cleanUps: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  });

  it('are replaced by the reconciliation of two replicas, and every user is notified once', async () => {
    const random = startRandom();
    const database = await createTestDatabase();
    cleanUps.push(() => database.drop());
    const sandbox = await startSandbox({ retryDelaysMs: [] });
    cleanUps.push(() => sandbox.close());
    const users = await openSessions({
      sandbox,
      databaseUrl: database.url,
      eachProvider: USERS_EACH_PROVIDER,
    });
    // No server listens on this port: each delivery is tried once and dropped.
    sandbox.deliverTo('http://127.0.0.1:1/lost');
    await runStream({ sandbox, users, random, overMs: 100 });

    const since = performance.now();
    const environment = { ...replicaEnvironment(sandbox, database.url), KYC_RECONCILE_AFTER_SECONDS: '1' };
    const fleet = await startFleet(2, environment);
    cleanUps.push(() => fleet.close());
    const client = new Client(database.url);
    await client.connect();
    cleanUps.push(() => client.end());
    // Makes the sessions due for reconciliation. The schedule does the rest.
    await client.query('UPDATE kyc_sessions SET next_read_at = $1 WHERE ended_at IS NULL', [LONG_AGO]);
    const mostAtOnce = await watch(client);
    const healedMs = performance.now() - since;

    const { findings, figures } = await audit({ sandbox, databaseUrl: database.ownerUrl, users });
    await report({
      name: 'Lost webhooks',
      ...figures,
      recoveriesMs: [healedMs],
      seed: random.seed,
    });
    const givenUp = findings.undone.filter((line) => line.includes('given_up'));
    expect(givenUp).toHaveLength(figures.sent);
    expect({ ...findings, undone: findings.undone.slice(givenUp.length) }).toEqual(NOTHING_WRONG);
    expect(mostAtOnce).toBe(1);
    expect(fleet.deaths()).toEqual([]);
  });
});

/** Waits until every session has been read, and returns the maximum number of parallel reconciliations. */
async function watch(client: Client): Promise<number> {
  const deadline = performance.now() + PATIENCE_MS;
  let mostAtOnce = 0;
  for (;;) {
    const { rows } = await client.query<{ active: number; unread: number }>(
      `SELECT (SELECT count(*)::int FROM kyc_jobs.job WHERE name = 'reconciliation' AND state = 'active') AS active,
              (SELECT count(*)::int FROM kyc_sessions WHERE next_read_at = $1) AS unread`,
      [LONG_AGO],
    );
    const [{ active, unread }] = rows as [{ active: number; unread: number }];
    mostAtOnce = Math.max(mostAtOnce, active);
    if (unread === 0 && active === 0 && mostAtOnce > 0) return mostAtOnce;
    if (performance.now() > deadline)
      throw new Error(`${unread} sessions were not read in ${PATIENCE_MS} ms`);
    await pause(50);
  }
}
