import { parseArgs } from 'node:util';
import type { Measure } from './measures/measure.ts';
import { MEASURES } from './measures/measures.ts';

export const USAGE = `Usage: npm run bench [-- options]

Compares the gateway with small programs that do the same in the usual way, on a PostgreSQL whose commits wait for the
disk. The programs take turns in several rounds. The output shows the median and the spread of the rounds with the goal
of each measure. docs/performance.md explains the results.

  --full          also run the long measures: large tables, and a million webhooks
  --short         run the checks of CI with smaller numbers, and fail if a ratio is more than twice as bad as its goal, or
                  as the value reached so far
  --only NAME     run only this measure; can be repeated
  --rounds N      number of rounds (default 3)
  --server URL    use this PostgreSQL server as superuser (postgres://...) instead of starting one. The benchmark creates
                  databases named kyc_bench_... there, and drops them
  --json FILE     results file (default bench/results/latest.json)
  --list          list the measures without running them
  --help          show this help

Exit code: 0 measured, goals met or not; 1 a response was wrong, data was lost, or --short found a gross regression;
2 wrong usage.
`;

export class UsageError extends Error {}

export interface Options {
  measures: readonly Measure[];
  isShort: boolean;
  rounds: number;
  /** The URL of an existing server, or null to start one. */
  serverUrl: string | null;
  json: string;
}

const DEFAULT_ROUNDS = 3;
const DEFAULT_JSON = 'bench/results/latest.json';

/** Reads the options. Returns `help` or `list` if the caller requested no measurement. */
export function readOptions(args: string[]): Options | 'help' | 'list' {
  const { values } = parseArgs({
    args,
    options: {
      full: { type: 'boolean', default: false },
      short: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true },
      rounds: { type: 'string', default: String(DEFAULT_ROUNDS) },
      server: { type: 'string' },
      json: { type: 'string', default: DEFAULT_JSON },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  if (values.list) return 'list';
  if (values.full && values.short) throw new UsageError('--full and --short exclude each other');
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1) throw new UsageError('--rounds must be a positive integer');
  const serverUrl = values.server ?? null;
  if (serverUrl !== null && !/^postgres(ql)?:$/.test(URL.parse(serverUrl)?.protocol ?? '')) {
    throw new UsageError('--server must be a postgres:// URL');
  }
  return {
    measures: values.only?.map(named) ?? MEASURES.filter(({ kind }) => isIncluded(kind, values)),
    isShort: values.short,
    rounds,
    serverUrl,
    json: values.json,
  };
}

function isIncluded(kind: Measure['kind'], { full, short }: { full: boolean; short: boolean }): boolean {
  if (short) return kind === 'check';
  return full || kind !== 'full';
}

function named(name: string): Measure {
  const found = MEASURES.find((measure) => measure.name === name);
  if (found === undefined)
    throw new UsageError(`Unknown measure "${name}". Use --list to list all measures.`);
  return found;
}
