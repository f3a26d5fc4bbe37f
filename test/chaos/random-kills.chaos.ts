import { setTimeout as pause } from 'node:timers/promises';
import { audit, NOTHING_WRONG } from './audit.ts';
import { deploy } from './deployment.ts';
import type { Fleet } from './fleet.ts';
import { type Random, startRandom } from './random.ts';
import { report } from './report.ts';
import { runStream } from './stream.ts';

const KILLS = Number(process.env['KYC_CHAOS_KILLS'] ?? 24);
const STREAM_MS = KILLS * 1_900;

describe('Replicas that are killed at random under a stream of webhooks', () => {
  const cleanUps: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  });

  it('lose no event, apply no event twice and notify every user once', async () => {
    const random = startRandom();
    const { postgres, sandbox, users, fleet } = await deploy(cleanUps);

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

/**
 * Kills about once a second: sometimes both replicas, sometimes a starting one. One replica always becomes ready
 * before the next kill.
 */
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
