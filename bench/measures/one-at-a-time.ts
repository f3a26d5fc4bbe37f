import { generateLoad } from '../load/load-generator.ts';
import { median } from '../statistics.ts';
import type { Database } from '../surroundings/databases.ts';
import type { Program } from '../surroundings/program.ts';
import type { Stage } from '../surroundings/stage.ts';
import { requireAllDurable } from './durability.ts';
import type { Measure } from './measure.ts';
import { type Contender, inTurns, ratios } from './turns.ts';

/** The cost of a webhook that shares its transaction with no other. Group commit does not help here. */
export const oneAtATime: Measure = {
  name: 'one-at-a-time',
  kind: 'check',
  async run(stage) {
    const count = stage.isShort ? 150 : 500;
    const sessions = count * (stage.rounds + 1);
    const [forUs, forThem] = [
      await stage.databases.create({ sessions }),
      await stage.databases.create({ sessions }),
    ];
    const contenders = [
      contender(stage, { name: 'gateway', program: await stage.startGateway(forUs), database: forUs, count }),
      contender(stage, {
        name: 'bare-fastify',
        program: await stage.startBaseline('bare-fastify', forThem),
        database: forThem,
        count,
      }),
    ];
    // The mail server blocks, because only the ingestion of webhooks is measured.
    await stage.mail.hold();
    const [ours = [], theirs = []] = await inTurns(stage, contenders);
    await stage.mail.release();
    stage.record('one at a time, p50 in ms', { gateway: ours, 'bare-fastify': theirs });
    return [
      {
        what: 'one webhook at a time (p50), against (b) Fastify + pg',
        values: ratios(ours, theirs),
        unit: '×',
        goal: { atMost: 1.3 },
        reached: 2,
        detail: `${median(ours).toFixed(2)} ms against ${median(theirs).toFixed(2)} ms`,
      },
    ];
  },
};

interface Entry {
  name: string;
  program: Program;
  database: Database;
  count: number;
}

/** The p50 of its turns in milliseconds. Every webhook changes another user. */
function contender(stage: Stage, { name, program, database, count }: Entry): Contender<number> {
  let from = 1;
  return {
    name,
    async turn() {
      const users = { from, count };
      from += count;
      const report = await generateLoad({
        how: 'saturate',
        url: program.url,
        connections: 1,
        traffic: { kind: 'approvals', secret: stage.webhookSecret, users },
      });
      await requireAllDurable(name, report, count, database, users);
      return report.latencyMs.p50;
    },
  };
}
