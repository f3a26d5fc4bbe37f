import { generateLoad } from '../load/load-generator.ts';
import { median } from '../statistics.ts';
import type { Database } from '../surroundings/databases.ts';
import type { Program } from '../surroundings/program.ts';
import type { Stage } from '../surroundings/stage.ts';
import { requireAllAnswered } from './answers.ts';
import { requireAllDurable } from './durability.ts';
import { megabytes, settledBytes } from './memory.ts';
import type { Line, Measure } from './measure.ts';
import { ratios } from './turns.ts';

const CONNECTIONS = 256;
const REQUESTS = 12_000;
const SHORT_REQUESTS = 3_000;

interface Start {
  readyAfterMs: number;
  idleBytes: number;
  loadedBytes: number;
}

/** Each round starts both programs again, so that the memory after the load comes from one load. */
export const startAndMemory: Measure = {
  name: 'start-and-memory',
  kind: 'quick',
  async run(stage) {
    const count = stage.isShort ? SHORT_REQUESTS : REQUESTS;
    const database = await stage.databases.create({ sessions: count * stage.rounds });
    const gateway: Start[] = [];
    const hello: Start[] = [];
    await stage.mail.hold();
    for (let round = 0; round < stage.rounds; round += 1) {
      stage.progress(`round ${round + 1} of ${stage.rounds}: nest-hello`);
      hello.push(await start(await stage.startBaseline('nest-hello'), (program) => greet(program, count)));
      stage.progress(`round ${round + 1} of ${stage.rounds}: gateway`);
      const from = 1 + round * count;
      gateway.push(
        await start(await stage.startGateway(database), (program) =>
          approve(stage, program, database, { from, count }),
        ),
      );
    }
    await stage.mail.release();
    stage.record('start-and-memory', { gateway, hello });
    return linesOf(gateway, hello);
  },
};

async function start(program: Program, load: (program: Program) => Promise<void>): Promise<Start> {
  const idleBytes = await settledBytes(program);
  await load(program);
  const loadedBytes = await settledBytes(program);
  await program.stop();
  return { readyAfterMs: program.readyAfterMs, idleBytes, loadedBytes };
}

async function approve(
  stage: Stage,
  { url }: Program,
  database: Database,
  users: { from: number; count: number },
): Promise<void> {
  const traffic = { kind: 'approvals', secret: stage.webhookSecret, users } as const;
  const report = await generateLoad({ how: 'saturate', url, connections: CONNECTIONS, traffic });
  await requireAllDurable('gateway', report, users.count, database, users);
}

async function greet({ url }: Program, count: number): Promise<void> {
  const traffic = { kind: 'plain', path: '/hello', count } as const;
  const report = await generateLoad({ how: 'saturate', url, connections: CONNECTIONS, traffic });
  requireAllAnswered('nest-hello', report, '200', count);
}

function linesOf(gateway: readonly Start[], hello: readonly Start[]): Line[] {
  const seconds = (starts: readonly Start[]) => starts.map(({ readyAfterMs }) => readyAfterMs / 1_000);
  const memory = (when: string, read: (start: Start) => number): Line => {
    const ours = gateway.map(read);
    const theirs = hello.map(read);
    return {
      what: `memory ${when}, against a bare Nest + Fastify`,
      values: ratios(ours, theirs),
      unit: '×',
      goal: { atMost: 2.5 },
      detail: `${megabytes(median(ours))} against ${megabytes(median(theirs))}`,
    };
  };
  return [
    {
      what: 'from node to ready, on a migrated database',
      values: seconds(gateway),
      unit: 's',
      goal: { atMost: 1.5 },
      detail: `a bare Nest + Fastify: ${median(seconds(hello)).toFixed(2)} s`,
    },
    memory('idle', ({ idleBytes }) => idleBytes),
    memory(`after a load of ${CONNECTIONS} connections`, ({ loadedBytes }) => loadedBytes),
  ];
}
