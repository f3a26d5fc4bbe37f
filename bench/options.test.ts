import { type Options, readOptions, UsageError } from './options.ts';
import { MEASURES } from './measures/measures.ts';

const kindsWith = (...args: string[]) => [...new Set(chosen(...args).measures.map(({ kind }) => kind))];
const all = [...new Set(MEASURES.map(({ kind }) => kind))];

function chosen(...args: string[]): Options {
  const options = readOptions(args);
  if (typeof options === 'string') throw new Error(`read only ${options}`);
  return options;
}

it('the benchmark runs the quick measures in three rounds by default', () => {
  expect(chosen()).toMatchObject({ isShort: false, rounds: 3, json: 'bench/results/latest.json' });
  expect(kindsWith()).toEqual(all.filter((kind) => kind !== 'full'));
});

it('the benchmark runs all measures with --full and only the checks with --short', () => {
  expect(chosen('--full').measures).toEqual(MEASURES);
  expect(chosen('--short').isShort).toBe(true);
  expect(kindsWith('--short')).toEqual(['check']);
});

it('the benchmark runs only the measures given with --only, in the given order', () => {
  const names = MEASURES.map(({ name }) => name).toReversed();
  const only = names.flatMap((name) => ['--only', name]);
  expect(chosen('--short', ...only).measures.map(({ name }) => name)).toEqual(names);
});

it('the benchmark starts PostgreSQL or uses the given server', () => {
  const url = 'postgres://postgres@127.0.0.1/postgres';
  expect(chosen().serverUrl).toBeNull();
  expect(chosen('--server', url).serverUrl).toBe(url);
});

it('the benchmark accepts a number of rounds and a result file', () => {
  expect(chosen('--rounds', '5', '--json', 'x.json')).toMatchObject({ rounds: 5, json: 'x.json' });
});

it('--help and --list run no measure', () => {
  expect(readOptions(['--help'])).toBe('help');
  expect(readOptions(['-h', '--list'])).toBe('help');
  expect(readOptions(['--list'])).toBe('list');
});

it.each([
  ['contradictory options', ['--full', '--short']],
  ['an unknown measure', ['--only', 'nothing']],
  ['zero rounds', ['--rounds', '0']],
  ['a fraction of a round', ['--rounds', '1.5']],
  ['a number of rounds that is not a number', ['--rounds', 'many']],
  ['a server URL that is not for PostgreSQL', ['--server', 'http://127.0.0.1']],
  ['a server without a URL', ['--server', 'localhost']],
])('the benchmark rejects %s', (_what, args) => {
  expect(() => readOptions(args)).toThrow(UsageError);
});

it.each([
  ['an unknown option', ['--rouns', '3']],
  ['a positional argument', ['durable-webhooks']],
])('the benchmark rejects %s', (_what, args) => {
  expect(() => readOptions(args)).toThrow();
});
