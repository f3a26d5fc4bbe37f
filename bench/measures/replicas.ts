import { generateLoad } from '../load/load-generator.ts';
import type { LoadReport } from '../load/orders.ts';
import type { Program } from '../surroundings/program.ts';
import type { Stage } from '../surroundings/stage.ts';
import { requireAllDurable } from './durability.ts';
import type { Measure } from './measure.ts';
import { type Contender, inTurns, perSecond, ratios } from './turns.ts';

/** In total for all replicas. */
const CONNECTIONS = 256;
const TURN = 12_000;
const SHORT_TURN = 3_000;

/** The same load on one gateway and on two that share a database. The gain depends on the number of cores. */
export const replicas: Measure = {
  name: 'replicas',
  kind: 'quick',
  async run(stage) {
    const one = await deploy(stage, 1);
    const two = await deploy(stage, 2);
    await stage.mail.hold();
    const [withOne = [], withTwo = []] = await inTurns(stage, [one, two]);
    await stage.mail.release();
    stage.record('webhooks per second by replicas', { one: withOne, two: withTwo });
    return [
      {
        what: `webhooks/s of two replicas at ${CONNECTIONS} connections in all, against one`,
        values: ratios(withTwo, withOne),
        unit: '×',
        goal: null,
        detail: `${perSecond(withTwo)} against ${perSecond(withOne)}`,
      },
    ];
  },
};

async function deploy(stage: Stage, count: number): Promise<Contender<number>> {
  const name = count === 1 ? 'one replica' : `${count} replicas`;
  stage.progress(`preparing the database of ${name}`);
  const share = (stage.isShort ? SHORT_TURN : TURN) / count;
  const database = await stage.databases.create({ sessions: share * count * (stage.rounds + 1) });
  const replicas: Program[] = [];
  for (let replica = 0; replica < count; replica += 1) replicas.push(await stage.startGateway(database));
  let nextUser = 1;

  /** Each replica has its own load generator and its own users. */
  async function load({ url }: Program): Promise<LoadReport> {
    const users = { from: nextUser, count: share };
    nextUser += share;
    const traffic = { kind: 'approvals', secret: stage.webhookSecret, users } as const;
    const report = await generateLoad({ how: 'saturate', url, connections: CONNECTIONS / count, traffic });
    await requireAllDurable(name, report, share, database, users);
    return report;
  }
  return { name, turn: async () => perSecondTogether(await Promise.all(replicas.map(load))) };
}

/** Counts only the time in which all replicas were under load, because their loads start and end at different times. */
function perSecondTogether(reports: readonly LoadReport[]): number {
  const times = reports.map(({ acknowledged }) => acknowledged.map(({ at }) => at).sort((a, b) => a - b));
  const start = Math.max(...times.map((at) => at[0] ?? Number.NaN));
  const end = Math.min(...times.map((at) => at.at(-1) ?? Number.NaN));
  if (end <= start) throw new Error('The replicas were not under load at the same time');
  return times.flat().filter((at) => at > start && at <= end).length / ((end - start) / 1_000);
}
