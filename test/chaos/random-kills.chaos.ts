import { setTimeout as pause } from 'node:timers/promises';
import { startPostgres } from '../../sandbox/postgres/postgres.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { audit, NOTHING_WRONG } from './audit.js';
import { type Fleet, replicaEnvironment, startFleet } from './fleet.js';
import { type Random, startRandom } from './random.js';
import { report } from './report.js';
import { PATIENT_RETRIES_MS, runStream } from './stream.js';
import { openSessions } from './users.js';

const USERS_EACH_PROVIDER = 50;
const KILLS = 24;
const STREAM_MS = 45_000;

describe('replicas that are killed at random under a stream of webhooks', () => {
  const cleanUps: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  });

  it('lose no event, apply none twice, and tell every user once', async () => {
    const random = startRandom();
    const postgres = await startPostgres({ isDurable: true });
    cleanUps.push(() => postgres.stop());
    const sandbox = await startSandbox({ retryDelaysMs: PATIENT_RETRIES_MS });
    cleanUps.push(() => sandbox.close());
    const users = await openSessions({
      sandbox,
      databaseUrl: postgres.url,
      eachProvider: USERS_EACH_PROVIDER,
    });
    const fleet = await startFleet(2, replicaEnvironment(sandbox, postgres.url));
    cleanUps.push(() => fleet.close());
    sandbox.deliverTo(fleet.webhookUrl);

    const streaming = runStream({ sandbox, users, random, overMs: STREAM_MS });
    await killUntil(streaming, fleet, random);
    await fleet.allReady();

    const { findings, figures } = await audit({ sandbox, databaseUrl: postgres.url, users });
    await report({
      name: 'replicas killed at random',
      ...figures,
      kills: fleet.kills(),
      recoveriesMs: fleet.recoveriesMs(),
      seed: random.seed,
    });
    expect(findings).toEqual(NOTHING_WRONG);
    expect(fleet.deaths()).toEqual([]);
    expect(fleet.kills()).toBeGreaterThanOrEqual(KILLS);
  });
});

/** About once a second; sometimes both at once, sometimes one that is not up yet, but one of them always gets to serve first. */
async function killUntil(streaming: Promise<unknown>, fleet: Fleet, random: Random): Promise<void> {
  const stream = { isOver: false };
  const over = streaming.finally(() => (stream.isOver = true));
  while (!stream.isOver || fleet.kills() < KILLS) {
    await fleet.oneReady();
    await pause(random.between(300, 1_300));
    const victims = random.happens(0.1) ? [0, 1] : [random.between(0, 1)];
    await Promise.all(victims.map((index) => fleet.killAndRestart(index)));
  }
  await over;
}
