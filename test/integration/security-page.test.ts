import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SABOTAGES } from '../../scripts/sabotages.ts';
import { ROOT } from '../support/running-command.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const page = read('docs/security.md');
const lines = page.split('\n');

/** `test/x.test.ts` “a name”, “another name” */
const CITATION = /`((?:src|test)\/[\w./-]+\.(?:test|spec|cases|chaos)\.ts)`((?: “[^”]+”,?)+)/g;

interface Citation {
  file: string;
  /** Of a template the literal parts, with … between them. */
  name: string;
}

function citationsIn(text: string): Citation[] {
  return [...text.matchAll(CITATION)].flatMap(([, file = '', names = '']) =>
    [...names.matchAll(/“([^”]+)”/g)].map(([, name = '']) => ({ file, name })),
  );
}

const citations = citationsIn(page);
/** Everything in code marks that is a file of the repository. */
const files = [...page.matchAll(/`([\w./-]+)`/g)]
  .map(([, path = '']) => path)
  .filter((path) => /^(src|test|docs|scripts)\/|\.(json|yml)$|^Dockerfile$/.test(path));

/** Tables whose last column says which test fails. */
const controls = lines.filter((line) => line.startsWith('| ') && !/^\| (-|No\.|Who |Control )/.test(line));
const ofTests = controls.filter((line) => line.split(' | ').length === 3);

describe('docs/security.md', () => {
  it('has been understood by this test', () => {
    expect(citations.length).toBeGreaterThan(100);
    // Nothing in such quotation marks but names of tests.
    expect(citations).toHaveLength(page.match(/“/g)?.length ?? 0);
  });

  it.each([...new Set(files)])('names a file that there is: %s', (path) => {
    expect(existsSync(join(ROOT, path))).toBe(true);
  });

  it.each(citations)('names a test that there is: $file, $name', ({ file, name }) => {
    expect(titlesOf(read(file)).filter((title) => isNamed(title, name))).not.toEqual([]);
  });

  it.each(ofTests)('names a test for each control: %s', (line) => {
    expect(citationsIn(line)).not.toEqual([]);
  });

  it('says of each control where it is', () => {
    const nowhere = ofTests
      .filter((line) => !/^\| \d/.test(line))
      .filter((line) => !/ \| `[^`]+`/.test(line));
    expect(nowhere).toEqual([]);
  });

  it('answers for all mistakes that others made', () => {
    const numbers = ofTests.flatMap((line) => /^\| (\d+) +\|/.exec(line)?.[1] ?? []);
    expect(numbers).toEqual(Array.from({ length: 21 }, (_, index) => String(index + 1)));
  });

  it.each(SABOTAGES)('knows of the control that is switched off: $name', ({ tests }) => {
    // The contract's cases are cited where they are written.
    const names = citations.map(({ name }) => name);
    expect(tests.filter(({ name }) => !names.some((cited) => cited.startsWith(name)))).toEqual([]);
  });

  it('leads to headings that there are', () => {
    const links = [...page.matchAll(/\]\(([\w./-]*)#([\w-]+)\)/g)].map(([, file = '', heading]) => [
      file === '' ? 'docs/security.md' : join('docs', file),
      heading,
    ]);
    const missing = links.filter(([file = '', heading = '']) => !headingsOf(read(file)).includes(heading));
    expect(missing).toEqual([]);
  });
});

/** What a test may be called: every string that follows a parenthesis, stands alone on its line, or is a case's key. */
function titlesOf(source: string): string[] {
  const literal = /(?:\(|^\s*)('(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`)(?=,|:)/gm;
  return [...source.matchAll(literal)].map(([, quoted = '']) =>
    quoted.slice(1, -1).replaceAll(/\\(.)/g, '$1'),
  );
}

function isNamed(title: string, name: string): boolean {
  const [first = '', ...others] = name.split('…').map((part) => part.trim());
  if (others.length === 0) return title === name;
  return title.startsWith(first) && others.every((part) => title.includes(part));
}

/** As GitHub makes anchors of them, with a number where one comes again. */
function headingsOf(text: string): string[] {
  const seen = new Map<string, number>();
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => {
    const anchor = heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-');
    const times = seen.get(anchor) ?? 0;
    seen.set(anchor, times + 1);
    return times === 0 ? anchor : `${anchor}-${times}`;
  });
}
