import { generateLoad } from '../load/load-generator.ts';
import { median } from '../statistics.ts';
import type { Database } from '../surroundings/databases.ts';
import type { Program } from '../surroundings/program.ts';
import type { Stage } from '../surroundings/stage.ts';
import { requireAllDurable } from './durability.ts';
import type { Line, Measure } from './measure.ts';
import { rotated } from './turns.ts';

const CONTENDERS = ['gateway', 'bare-fastify', 'nest-tutorial', 'signature-only'] as const;
type Contender = (typeof CONTENDERS)[number];

/** Webhooks per turn: each turn takes some seconds on two cores. */
const TURN: Record<Contender, number> = {
  gateway: 12_000,
  'bare-fastify': 5_000,
  'nest-tutorial': 1_500,
  'signature-only': 20_000,
};
const SHORT_SHARE = 0.25;
type Target = Pick<Line, 'goal' | 'reached'>;
const NO_GOAL: Target = { goal: null };
/** By number of connections. */
const TARGETS: Readonly<Record<number, Partial<Record<'tutorial' | 'bare' | 'signature', Target>>>> = {
  64: { tutorial: { goal: { atLeast: 4 } } },
  256: {
    tutorial: { goal: { atLeast: 8 } },
    bare: { goal: { atLeast: 2 } },
    signature: { goal: { atLeast: 0.6 }, reached: 0.17 },
  },
};

interface Turn {
  perSecond: number;
  p50: number;
  p99: number;
}

interface Entry {
  contender: Contender;
  program: Program;
  database: Database | null;
  nextUser: number;
}

export const durableWebhooks: Measure = {
  name: 'durable-webhooks',
  kind: 'check',
  async run(stage) {
    const connections = stage.isShort ? [64, 256] : [16, 64, 256];
    const size = (contender: Contender) => Math.round(TURN[contender] * (stage.isShort ? SHORT_SHARE : 1));
    const entries = await enter(
      stage,
      (contender) => size(contender) * (connections.length * stage.rounds + 1),
    );
    // The mail server blocks, because only the ingestion of webhooks is measured.
    await stage.mail.hold();
    for (const entry of entries) await turn(stage, entry, 64, size(entry.contender));
    const turns = new Map<string, Turn[]>();
    for (let round = 0; round < stage.rounds; round += 1) {
      for (const count of connections) {
        for (const entry of rotated(entries, round)) {
          stage.progress(`round ${round + 1} of ${stage.rounds}: ${count} connections, ${entry.contender}`);
          const key = `${entry.contender} ${count}`;
          const result = await turn(stage, entry, count, size(entry.contender));
          turns.set(key, [...(turns.get(key) ?? []), result]);
        }
      }
    }
    await stage.mail.release();
    const of = (contender: Contender, count: number) => turns.get(`${contender} ${count}`) ?? [];
    stage.record('webhooks', Object.fromEntries(turns));
    return connections.flatMap((count) => linesAt(count, of));
  },
};

function linesAt(count: number, of: (contender: Contender, count: number) => Turn[]): Line[] {
  const ours = of('gateway', count);
  const against = (contender: Contender, name: string, target = NO_GOAL): Line => {
    const theirs = of(contender, count);
    return {
      what: `webhooks/s at ${count} connections, against ${name}`,
      values: ours.map(({ perSecond }, round) => perSecond / (theirs[round]?.perSecond ?? Number.NaN)),
      unit: '×',
      ...target,
      detail: `${shown(ours)} against ${shown(theirs)}`,
    };
  };
  const targets = TARGETS[count];
  return [
    against('nest-tutorial', '(a) Nest + TypeORM', targets?.tutorial),
    against('bare-fastify', '(b) Fastify + pg', targets?.bare),
    against('signature-only', '(c) signature only', targets?.signature),
  ];
}

function shown(turns: readonly Turn[]): string {
  const of = (read: (turn: Turn) => number) => median(turns.map(read));
  const perSecond = Math.round(of((turn) => turn.perSecond)).toLocaleString('en');
  return `${perSecond}/s (p50 ${of((turn) => turn.p50).toFixed(1)} ms, p99 ${of((turn) => turn.p99).toFixed(1)} ms)`;
}

async function enter(stage: Stage, sessions: (contender: Contender) => number): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const contender of CONTENDERS) {
    if (contender === 'signature-only') {
      entries.push({ contender, program: await stage.startBaseline(contender), database: null, nextUser: 1 });
      continue;
    }
    stage.progress(`preparing the database of ${contender}`);
    const database = await stage.databases.create({ sessions: sessions(contender) });
    const program =
      contender === 'gateway'
        ? await stage.startGateway(database)
        : await stage.startBaseline(contender, database);
    entries.push({ contender, program, database, nextUser: 1 });
  }
  return entries;
}

/** Every webhook changes another user. Each turn checks that all got 200 and are in the ledger. */
async function turn(stage: Stage, entry: Entry, connections: number, count: number): Promise<Turn> {
  const users = { from: entry.nextUser, count };
  entry.nextUser += count;
  const report = await generateLoad({
    how: 'saturate',
    url: entry.program.url,
    connections,
    traffic: { kind: 'approvals', secret: stage.webhookSecret, users },
  });
  await requireAllDurable(entry.contender, report, count, entry.database, users);
  return { perSecond: count / report.seconds, ...report.latencyMs };
}
