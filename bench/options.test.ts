import { type Options, readOptions, UsageError } from './options.ts';
import { MEASURES } from './measures/measures.ts';

const kindsWith = (...args: string[]) => [...new Set(chosen(...args).measures.map(({ kind }) => kind))];
const all = [...new Set(MEASURES.map(({ kind }) => kind))];

function chosen(...args: string[]): Options {
  const options = readOptions(args);
  if (typeof options === 'string') throw new Error(`asked for ${options} only`);
  return options;
}

it('measures what is quick, in three rounds, unless it is told otherwise', () => {
  expect(chosen()).toMatchObject({ isShort: false, rounds: 3, json: 'bench/results/latest.json' });
  expect(kindsWith()).toEqual(all.filter((kind) => kind !== 'full'));
});

it('measures everything in its full form, and the checks alone in its short one', () => {
  expect(chosen('--full').measures).toEqual(MEASURES);
  expect(chosen('--short').isShort).toBe(true);
  expect(kindsWith('--short')).toEqual(['check']);
});

it('measures what it is told to alone, in that order, whatever its kind', () => {
  const names = MEASURES.map(({ name }) => name).toReversed();
  const only = names.flatMap((name) => ['--only', name]);
  expect(chosen('--short', ...only).measures.map(({ name }) => name)).toEqual(names);
});

it('starts a PostgreSQL, or takes one', () => {
  const url = 'postgres://postgres@127.0.0.1/postgres';
  expect(chosen().serverUrl).toBeNull();
  expect(chosen('--server', url).serverUrl).toBe(url);
});

it('takes rounds and a file', () => {
  expect(chosen('--rounds', '5', '--json', 'x.json')).toMatchObject({ rounds: 5, json: 'x.json' });
});

it('knows when it is to measure nothing', () => {
  expect(readOptions(['--help'])).toBe('help');
  expect(readOptions(['-h', '--list'])).toBe('help');
  expect(readOptions(['--list'])).toBe('list');
});

it.each([
  ['opposites', ['--full', '--short']],
  ['a measure that there is not', ['--only', 'nothing']],
  ['no rounds', ['--rounds', '0']],
  ['half a round', ['--rounds', '1.5']],
  ['rounds that are no number', ['--rounds', 'many']],
  ['a server that is no PostgreSQL', ['--server', 'http://127.0.0.1']],
  ['a server that is no address', ['--server', 'localhost']],
])('refuses %s', (_what, args) => {
  expect(() => readOptions(args)).toThrow(UsageError);
});

it.each([
  ['an option that there is not', ['--rouns', '3']],
  ['what is no option', ['durable-webhooks']],
])('refuses %s', (_what, args) => {
  expect(() => readOptions(args)).toThrow();
});
