import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(`${ROOT}/${path}`, 'utf8');

const sources = globSync('src/**/*.ts', { cwd: ROOT })
  .filter((path) => !path.endsWith('.spec.ts'))
  .map(read);
const filter = read('src/http/problem.filter.ts');

/** Every match of a pattern with two groups, as pairs. */
const pairs = (text: string, pattern: RegExp) =>
  [...text.matchAll(pattern)].map(([, first = '', second = '']) => [first, second] as const);

const statusOfKind = new Map(pairs(filter, /^ {2}(\w+): (\d{3}),$/gm));
const ofErrors = sources
  .flatMap((source) => pairs(source, /readonly kind = '(\w+)';\s+readonly code = '([^']+)';/g))
  .map(([kind, code]) => [code, statusOfKind.get(kind)] as const);
const ofTheFramework = pairs(filter, /^ {2}(\d{3}): \['([^']+)'/gm).map(
  ([status, code]) => [code, status] as const,
);
const unforeseen = pairs(filter, /asProblem\((\d{3}), '([^']+)'/g).map(
  ([status, code]) => [code, status] as const,
);
const raised = [...ofErrors, ...ofTheFramework, ...unforeseen];

const documented = pairs(read('docs/problems.md'), /^\| `([^`]+)`\s+\| (\d{3})\s+\|/gm);
const codesOf = (problems: readonly (readonly [string, unknown])[]) => problems.map(([code]) => code);

describe('docs/problems.md', () => {
  it.each(raised)('explains the code %s and its status %s', (code, status) => {
    expect(new Map(documented).get(code)).toBe(status);
  });

  it('explains no unknown code', () => {
    expect(codesOf(documented).filter((code) => !codesOf(raised).includes(code))).toEqual([]);
  });

  it('explains each code once', () => {
    expect(codesOf(documented)).toEqual([...new Set(codesOf(documented))]);
  });

  it('explains the codes that are not declared by an error class', () => {
    const named = sources.flatMap((source) =>
      [...source.matchAll(/\bcode = '([^']+)'/g)].map(([, code]) => code),
    );
    expect(named.toSorted()).toEqual(codesOf(ofErrors).toSorted());
  });
});

describe('A problem code', () => {
  it.each(codesOf(raised))('has the form feature.situation: %s', (code) => {
    expect(code).toMatch(/^[a-z]+\.[a-z]+(_[a-z]+)*$/);
  });

  it('belongs to one situation only', () => {
    expect(codesOf(raised)).toEqual([...new Set(codesOf(raised))]);
  });
});
