import { parseArgs } from 'node:util';
import type { Measure } from './measures/measure.ts';
import { MEASURES } from './measures/measures.ts';

export const USAGE = `Usage: npm run bench [-- options]

Measures what the gateway exists for, beside small programs that do the same in the usual way, on a PostgreSQL whose
commits wait for the disk. Each is measured in turn with the others, over several rounds; the medians of the rounds and
their spread are printed, each with its goal. docs/performance.md says what the figures mean.

  --full          with what takes long: large tables, and a million webhooks
  --short         CI's form: smaller numbers, and an error where a ratio is not even half as good as its goal, or as what is
                  reached of that
  --only NAME     only that measure; may be given more than once
  --rounds N      how often each is measured (default 3)
  --server URL    a PostgreSQL server of your own instead of one that is started: postgres://..., as its superuser. Databases
                  kyc_bench_... are made there, and dropped
  --json FILE     where the results go (default bench/results/latest.json)
  --list          name the measures, and run none
  --help          show this

Exit code: 0 measured, goals met or not; 1 something was answered wrongly or lost, or with --short a gross regression;
2 wrong usage.
`;

export class UsageError extends Error {}

export interface Options {
  measures: readonly Measure[];
  isShort: boolean;
  rounds: number;
  /** Of a server of the user's own; null where one is to be started. */
  serverUrl: string | null;
  json: string;
}

const DEFAULT_ROUNDS = 3;
const DEFAULT_JSON = 'bench/results/latest.json';

/** What is to be run; `help` or `list` where nothing is. */
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
  if (values.full && values.short) throw new UsageError('--full and --short are opposites');
  const rounds = Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new UsageError('--rounds must be a whole number from 1 on');
  const serverUrl = values.server ?? null;
  if (serverUrl !== null && !/^postgres(ql)?:$/.test(URL.parse(serverUrl)?.protocol ?? '')) {
    throw new UsageError('--server must be a postgres:// address');
  }
  return {
    measures: values.only?.map(named) ?? MEASURES.filter(({ kind }) => isAskedFor(kind, values)),
    isShort: values.short,
    rounds,
    serverUrl,
    json: values.json,
  };
}

function isAskedFor(kind: Measure['kind'], { full, short }: { full: boolean; short: boolean }): boolean {
  if (short) return kind === 'check';
  return full || kind !== 'full';
}

function named(name: string): Measure {
  const found = MEASURES.find((measure) => measure.name === name);
  if (found === undefined) throw new UsageError(`There is no measure "${name}"; --list names them all`);
  return found;
}
