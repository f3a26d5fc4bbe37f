import { readFileSync } from 'node:fs';
import { MEASURES } from './measures.ts';

const page = readFileSync(new URL('../../docs/performance.md', import.meta.url), 'utf8');
const [, table = ''] = page.split('\n## Measures\n');
const documented = [...table.matchAll(/^\| `([a-z][a-z-]*)` +\|/gm)].map(([, name]) => name);
const names = MEASURES.map(({ name }) => name);

it('measures have unique names', () => {
  expect(new Set(names).size).toBe(names.length);
});

it('docs/performance.md lists exactly the measures', () => {
  expect(documented.toSorted()).toEqual(names.toSorted());
});
