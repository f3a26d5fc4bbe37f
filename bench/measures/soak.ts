import { generateLoad } from '../load/load-generator.ts';
import type { Database } from '../surroundings/databases.ts';
import type { Program } from '../surroundings/program.ts';
import type { Stage } from '../surroundings/stage.ts';
import { requireAllDurable } from './durability.ts';
import { megabytes, settledBytes } from './memory.ts';
import type { Line, Measure } from './measure.ts';
import { perSecond } from './turns.ts';

const CONNECTIONS = 256;
const CHUNKS = 20;
const CHUNK = 50_000;
const SHORT_CHUNK = 500;
/** The number of chunks that warm up the gateway. */
const WARM = 1;

interface Chunk {
  perSecond: number;
  residentBytes: number;
}

/**
 * Finds memory leaks and slowdowns: one gateway receives one decision for each of a million users. The mail server
 * blocks, so a million notifications wait in the end. The few mails that are tried time out and are retried later.
 */
export const soak: Measure = {
  name: 'soak',
  kind: 'full',
  async run(stage) {
    const count = stage.isShort ? SHORT_CHUNK : CHUNK;
    stage.progress(`preparing ${(CHUNKS * count).toLocaleString('en')} sessions`);
    const database = await stage.databases.create({ sessions: CHUNKS * count });
    const gateway = await stage.startGateway(database);
    await stage.mail.hold();
    const chunks: Chunk[] = [];
    for (let index = 0; index < CHUNKS; index += 1) {
      const chunk = await pass(stage, gateway, database, { from: 1 + index * count, count });
      chunks.push(chunk);
      stage.progress(
        `chunk ${index + 1} of ${CHUNKS}: ${perSecond([chunk.perSecond])}, ${megabytes(chunk.residentBytes)}`,
      );
    }
    await stage.mail.release();
    stage.record('soak', chunks);
    return linesOf(chunks);
  },
};

async function pass(
  stage: Stage,
  gateway: Program,
  database: Database,
  users: { from: number; count: number },
): Promise<Chunk> {
  const traffic = { kind: 'approvals', secret: stage.webhookSecret, users } as const;
  const report = await generateLoad({
    how: 'saturate',
    url: gateway.url,
    connections: CONNECTIONS,
    traffic,
  });
  const residentBytes = await settledBytes(gateway);
  await requireAllDurable('gateway', report, users.count, database, users);
  return { perSecond: users.count / report.seconds, residentBytes };
}

function linesOf(chunks: readonly Chunk[]): Line[] {
  const warm = chunks[WARM];
  const last = chunks.at(-1);
  if (warm === undefined || last === undefined) throw new Error('Too few chunks to compare');
  // All chunks have the same size, so the total rate is the harmonic mean.
  const overall = chunks.length / chunks.reduce((sum, { perSecond }) => sum + 1 / perSecond, 0);
  const most = Math.max(...chunks.map(({ residentBytes }) => residentBytes));
  return [
    {
      what: `soak: memory after the last of ${CHUNKS} chunks, against after the second`,
      values: [last.residentBytes / warm.residentBytes],
      unit: '×',
      goal: { atMost: 1.25 },
      detail: `${megabytes(last.residentBytes)} against ${megabytes(warm.residentBytes)}, at most ${megabytes(most)}`,
    },
    {
      what: 'soak: webhooks/s of the last chunk, against the second',
      values: [last.perSecond / warm.perSecond],
      unit: '×',
      goal: null,
      detail: `${perSecond([last.perSecond])} against ${perSecond([warm.perSecond])}; ${perSecond([overall])} over all`,
    },
  ];
}
