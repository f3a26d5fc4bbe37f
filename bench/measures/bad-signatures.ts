import { generateLoad } from '../load/load-generator.ts';
import type { Database } from '../surroundings/databases.ts';
import type { Program } from '../surroundings/program.ts';
import { requireAllAnswered } from './answers.ts';
import type { Measure } from './measure.ts';
import { inTurns, perSecond, ratios } from './turns.ts';

const CONNECTIONS = 64;
const SOMEBODY_ELSES_SECRET = 'wbhsec_somebody-elses';

/** The cost of a flood of forged webhooks: HTTP and one HMAC each, and no database work. */
export const badSignatures: Measure = {
  name: 'bad-signatures',
  kind: 'check',
  async run(stage) {
    const count = stage.isShort ? 3_000 : 12_000;
    const database = await stage.databases.create({ sessions: 1 });
    // Without webhooks, only scheduled jobs use the request connections. This stops them.
    await database.query('DELETE FROM kyc_jobs.schedule');
    const gateway = await stage.startGateway(database);
    const signatureOnly = await stage.startBaseline('signature-only');
    let touched = 0;
    const [ours = [], theirs = []] = await inTurns(stage, [
      {
        name: 'gateway',
        async turn() {
          const since = await clockOf(database);
          const answered = await flood('gateway', gateway, count);
          touched += await connectionsUsedSince(database, since);
          return answered;
        },
      },
      { name: 'signature-only', turn: () => flood('signature-only', signatureOnly, count) },
    ]);
    stage.record('forged webhooks refused per second', { gateway: ours, 'signature-only': theirs });
    const floods = stage.rounds + 1;
    return [
      {
        what: `forged webhooks rejected/s at ${CONNECTIONS} connections, against (c) signature only`,
        values: ratios(ours, theirs),
        unit: '×',
        goal: { atLeast: 0.9 },
        reached: 0.5,
        detail: `${perSecond(ours)} against ${perSecond(theirs)}`,
      },
      {
        what: 'database connections that ran a statement for a forged webhook',
        values: [touched],
        unit: 'connections',
        goal: { atMost: 0 },
        detail: `in ${floods} floods of ${count.toLocaleString('en')} forged webhooks each`,
      },
    ];
  },
};

async function flood(name: string, { url }: Program, count: number): Promise<number> {
  const report = await generateLoad({
    how: 'saturate',
    url,
    connections: CONNECTIONS,
    traffic: { kind: 'approvals', secret: SOMEBODY_ELSES_SECRET, users: { from: 1, count } },
  });
  requireAllAnswered(name, report, '401', count);
  return count / report.seconds;
}

/** In microseconds, by the clock of PostgreSQL. */
async function clockOf(database: Database): Promise<string> {
  const [row] = await database.query<{ now: string }>('SELECT clock_timestamp()::text AS now');
  if (row === undefined) throw new Error('PostgreSQL returned no time');
  return row.now;
}

/**
 * Counts the request connections of the gateway on which a statement has begun since then. Jobs and the status
 * channel poll under other names. PostgreSQL reports when a connection began its last statement immediately, but
 * counts statements only per database and up to 10 s late. The pool keeps an idle connection for 10 s, so
 * connections used by a flood of a few seconds still exist.
 */
async function connectionsUsedSince(database: Database, since: string): Promise<number> {
  const used = await database.query(
    `SELECT pid FROM pg_stat_activity
     WHERE datname = current_database() AND application_name = 'kyc-gateway'
       AND greatest(backend_start, query_start) >= $1::timestamptz`,
    [since],
  );
  return used.length;
}
