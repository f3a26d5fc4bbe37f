import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import type { RunningPostgres } from '../../packages/sandbox/postgres/postgres.ts';
import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import type { Sandbox } from '../../packages/sandbox/sandbox.ts';
import { audit, NOTHING_WRONG } from './audit.ts';
import { deploy } from './deployment.ts';
import type { Fleet } from './fleet.ts';
import { type Random, startRandom } from './random.ts';
import { report } from './report.ts';
import { runStream } from './stream.ts';

const STREAM_MS = 50_000;
const HALTS = 6;
const CUTS_BEFORE_EACH = 2;
/** Providers time out after 5 s. */
const ANSWER_MS = 5_500;

describe('Repeated restarts of PostgreSQL under a stream of webhooks', () => {
  const cleanUps: (() => Promise<void>)[] = [];

  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  });

  it('lose no event, no mail and no replica, and need no operator', async () => {
    const random = startRandom();
    const { postgres, sandbox, users, fleet } = await deploy(cleanUps);

    const streaming = runStream({ sandbox, users, random, overMs: STREAM_MS });
    const recoveriesMs = await disturb(postgres, fleet, random);
    await streaming;

    const { findings, figures } = await audit({ sandbox, databaseUrl: postgres.url, users });
    await report({
      name: 'PostgreSQL restarted',
      ...figures,
      faults: HALTS * (1 + CUTS_BEFORE_EACH),
      recoveriesMs,
      seed: random.seed,
    });
    expect(findings).toEqual(NOTHING_WRONG);
    expect(fleet.deaths()).toEqual([]);
    const deliveries = fleet.balancer.answers().filter(({ path }) => path.startsWith('/api/webhooks/'));
    expect(deliveries.filter(({ status }) => status !== 200 && status !== 503)).toEqual([]);
    expect(deliveries.filter(({ ms }) => ms > ANSWER_MS)).toEqual([]);
    // Deliveries that timed out appear only in the attempts of the sandbox.
    expect(unanswered(sandbox)).toEqual([]);
  });
});

/**
 * Stops PostgreSQL repeatedly and cuts connections in between. Returns the times from each restart until every
 * replica was ready.
 */
async function disturb(postgres: RunningPostgres, fleet: Fleet, random: Random): Promise<number[]> {
  const recoveriesMs: number[] = [];
  for (let halt = 0; halt < HALTS; halt += 1) {
    for (let cut = 0; cut < CUTS_BEFORE_EACH; cut += 1) {
      await pause(random.between(500, 2_000));
      await cutConnections(postgres.url);
    }
    await pause(random.between(500, 2_000));
    await postgres.halt(halt % 2 === 0 ? 'fast' : 'crash');
    await pause(random.between(500, 3_000));
    await postgres.resume();
    const resumedAt = performance.now();
    await fleet.allReady();
    recoveriesMs.push(performance.now() - resumedAt);
  }
  return recoveriesMs;
}

/** Terminates the connections of all replicas in any state. */
async function cutConnections(databaseUrl: string): Promise<void> {
  const client = new Client(databaseUrl);
  await client.connect();
  try {
    await client.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'kyc-gateway%'`,
    );
  } finally {
    await client.end();
  }
}

function unanswered(sandbox: Sandbox): string[] {
  return PROVIDER_NAMES.flatMap((name) => sandbox[name].deliveries())
    .flatMap(({ attempts }) => attempts)
    .flatMap(({ status, error }) => (status === null ? [error ?? 'no answer'] : []));
}
