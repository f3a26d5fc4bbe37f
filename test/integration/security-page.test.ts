import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SABOTAGES } from '../../scripts/sabotages.ts';
import { ROOT } from '../support/running-command.ts';

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const page = read('docs/security.md');
const lines = page.split('\n');

/** Matches `test/x.test.ts` “a title”, “another title”. */
const CITATION = /`((?:src|test)\/[\w./-]+\.(?:test|spec|cases|chaos)\.ts)`((?: “[^”]+”,?)+)/g;

interface Citation {
  file: string;
  /** The literal parts of a template, separated by … */
  name: string;
}

function citationsIn(text: string): Citation[] {
  // A list item has several lines.
  return [...text.replaceAll(/\n +/g, ' ').matchAll(CITATION)].flatMap(([, file = '', names = '']) =>
    [...names.matchAll(/“([^”]+)”/g)].map(([, name = '']) => ({ file, name })),
  );
}

const citations = citationsIn(page);

/** Every path of a repository file in backticks. */
function filesIn(text: string): string[] {
  return [...text.matchAll(/`([\w./-]+)`/g)]
    .map(([, path = '']) => path)
    .filter((path) => /^(src|test|docs|scripts)\/|\.(json|yml)$|^Dockerfile$/.test(path));
}

/** Table rows whose last column names the tests. */
const controls = lines.filter(
  (line) => line.startsWith('| ') && !/^\| (-|No\.|Attacker |Control )/.test(line),
);
const ofTests = controls.filter((line) => line.split(' | ').length === 3);

describe.each(['docs/security.md', 'docs/guarantees.md'])('%s', (path) => {
  const text = read(path);
  const cited = citationsIn(text);

  it('has the format that this test can read', () => {
    expect(cited.length).toBeGreaterThan(20);
    // Only test titles are in these quotation marks.
    expect(cited).toHaveLength(text.match(/“/g)?.length ?? 0);
  });

  it.each([...new Set(filesIn(text))])('names the existing file %s', (file) => {
    expect(existsSync(join(ROOT, file))).toBe(true);
  });

  it.each(cited)('names an existing test: $file, $name', ({ file, name }) => {
    expect(titlesOf(read(file)).filter((title) => isNamed(title, name))).not.toEqual([]);
  });
});

describe('docs/security.md', () => {
  it.each(ofTests)('names a test for each control: %s', (line) => {
    expect(citationsIn(line)).not.toEqual([]);
  });

  it('names a source file for each control', () => {
    const nowhere = ofTests
      .filter((line) => !/^\| \d/.test(line))
      .filter((line) => !/ \| `[^`]+`/.test(line));
    expect(nowhere).toEqual([]);
  });

  it('covers the 23 common mistakes', () => {
    const numbers = ofTests.flatMap((line) => /^\| (\d+) +\|/.exec(line)?.[1] ?? []);
    expect(numbers).toEqual(Array.from({ length: 23 }, (_, index) => String(index + 1)));
  });

  it.each(SABOTAGES)('names the tests of each sabotaged control: $name', ({ tests }) => {
    // The page cites contract cases by the file that defines them.
    const names = citations.map(({ name }) => name);
    expect(tests.filter(({ name }) => !names.some((cited) => cited.startsWith(name)))).toEqual([]);
  });

  it('links to existing headings only', () => {
    const links = [...page.matchAll(/\]\(([\w./-]*)#([\w-]+)\)/g)].map(([, file = '', heading]) => [
      file === '' ? 'docs/security.md' : join('docs', file),
      heading,
    ]);
    const missing = links.filter(([file = '', heading = '']) => !headingsOf(read(file)).includes(heading));
    expect(missing).toEqual([]);
  });
});

/**
 * All string literals that can be a test title: first arguments, literals alone on a line, and keys of contract
 * cases.
 */
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

/** The anchors that GitHub generates. A repeated heading gets a number. */
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
