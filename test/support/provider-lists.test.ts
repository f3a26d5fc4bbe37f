import { readdirSync, readFileSync } from 'node:fs';
import { EMULATORS } from '../../packages/sandbox/emulators.ts';
import { PROVIDER_DEFINITIONS } from '../../src/kyc/providers/registry.ts';
import { HARNESSES } from '../contracts/harnesses.ts';
import { providerLists } from './provider-lists.ts';

const NAMES = PROVIDER_DEFINITIONS.map(({ name }) => name);

const FOLDERS = ['src', 'packages', 'demo', 'test', 'scripts', 'bench', 'tools'];
const SOURCE = /\.(ts|tsx|mts|mjs|cjs|js|json)$/;
const NOT_WRITTEN_HERE = /(^|\/)(node_modules|dist)\//;

/** A new provider adds a line to these. */
const REGISTRIES = [
  'src/kyc/providers/registry.ts',
  'packages/sandbox/emulators.ts',
  'test/contracts/harnesses.ts',
];

/** Files that may name several providers, with the reason. A new provider changes none of them. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'src/config/gateway.environment.ts': 'The documentation of a list needs an example of one.',
  'test/model/known-histories.ts': 'Each history is about the provider at which it happened.',
  'test/integration/fallback-provider.test.ts': 'The case is the order of these three providers.',
  'scripts/sabotages/outbound-and-data.ts': 'Each entry breaks the code of one provider.',
  'scripts/sabotages/webhooks.ts': 'Each entry breaks the code of one provider.',
};

const files = FOLDERS.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`),
).filter((path) => SOURCE.test(path) && !NOT_WRITTEN_HERE.test(path));
const isOfProvider = (path: string) => NAMES.some((name) => new RegExp(`[/]${name}[/.]`).test(path));
const listsIn = (path: string) => {
  const source = readFileSync(path, 'utf8');
  // The generator takes the names from the registry.
  return source.startsWith('// Generated from') ? [] : providerLists(path, source, NAMES);
};

it('Every registered provider has an emulator and a harness, in the same order', () => {
  expect(EMULATORS.map(({ name }) => name)).toEqual(NAMES);
  expect(HARNESSES.map(({ name }) => name)).toEqual(NAMES);
});

it('No file lists providers outside the registries and the folders of the providers', () => {
  const isAllowed = (path: string) =>
    REGISTRIES.includes(path) ||
    path in EXCEPTIONS ||
    isOfProvider(path) ||
    path.startsWith('test/support/provider-lists');
  const lists = files
    .filter((path) => !isAllowed(path))
    .flatMap((path) => listsIn(path).map(({ line, names }) => `${path}:${line}: ${names.join(', ')}`));
  expect(lists).toEqual([]);
});

it.each(Object.entries(EXCEPTIONS))('%s names several providers: %s', (path) => {
  expect(listsIn(path)).not.toEqual([]);
});

it.each([
  ['an array', `const list = ['acme', 'umbra'];`],
  ['an array of objects', `it.each([{ provider: 'acme', n: 1 }, { provider: 'umbra', n: 2 }])('x', run);`],
  ['a table', `const facts: Record<Name, Fact> = { acme: one, umbra: { two } };`],
  ['a table of variables', `const urls = ['ACME_API_URL', 'UMBRA_API_URL'];`],
  ['a union type', `type Name = 'acme' | 'umbra';`],
  ['an interface', `interface Sandbox { readonly acme: Emulator; readonly umbra: Emulator }`],
  ['shorthand properties', `return { acme, umbra };`],
  ['imported objects', `const all = [acmeHarness, umbraHarness];`],
  ['members of an object', `for (const each of [sandbox.acme, sandbox.umbra]) reset(each);`],
  ['a set', `const silent = new Set(['acme', 'umbra']);`],
  ['a switch', `switch (name) { case 'acme': return 1; case 'umbra': return 2; }`],
  ['a chain of conditions', `const n = name === 'acme' ? 1 : name === 'umbra' ? 2 : 3;`],
  ['a text', `const environment = 'acme,umbra';`],
  ['a pattern', `const usage = /one of acme, umbra/;`],
  ['JSON', `[{ "provider": "acme" }, { "provider": "umbra" }]`, 'vectors.json'],
])('The rule finds %s', (_, source, path = 'file.ts') => {
  expect(providerLists(path, `\n${source}`, ['acme', 'umbra'])).toEqual([
    { line: 2, names: ['acme', 'umbra'] },
  ]);
});

it.each([
  ['one provider', `const list = ['acme', 'other', 'acme'];`],
  ['a comment', `/** acme, umbra */ const list = [1];`],
  ['prose', `const words = { note: 'Acme and Umbra differ' };`],
  ['other words', `const words = ['acmeology', 'penumbra'];`],
  ['two statements', `const first = ['acme']; const second = ['umbra'];`],
  ['functions within a list', `suite([() => run('acme'), () => run('umbra')]);`],
])('The rule accepts %s', (_, source) => {
  expect(providerLists('file.ts', source, ['acme', 'umbra'])).toEqual([]);
});
