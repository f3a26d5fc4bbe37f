/**
 * Generates .env.example and the tables of docs/configuration.md from the classes that validate the environment.
 *
 *   node scripts/config-docs.ts           writes both files
 *   node scripts/config-docs.ts --check   writes nothing and ends with code 1 if one of them is stale
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { readVariables, type Section, type Variable } from './config-variables.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const EXAMPLE = '.env.example';
const PAGE = 'docs/configuration.md';
const MARKERS = /(<!-- variables -->\n)[\s\S]*(<!-- \/variables -->)/;
const WIDTH = 100;
const INTRODUCTION = [
  'The environment of the gateway. Copy this file to .env and fill it in.',
  'Generated from the classes that validate the environment: npm run config:docs.',
  'Lines without a # in front are required. An empty variable counts as not set. Lists are separated by commas.',
  'Every variable NAME can be set as NAME_FILE instead: the path of a file that holds the value.',
];

function pageTables(sections: readonly Section[]): string {
  return sections
    .map(({ title, variables }) =>
      [
        `### ${title}`,
        '',
        '| Variable | Values | Default | Required | Meaning |',
        '| --- | --- | --- | --- | --- |',
        ...variables.map(
          (v) => `| \`${v.name}\` | ${v.accepts} | ${v.default} | ${v.required} | ${v.meaning} |`,
        ),
        '',
      ].join('\n'),
    )
    .join('\n');
}

function example(sections: readonly Section[]): string {
  const blocks = sections.flatMap(({ title, variables }) => [
    `# --- ${title} `.padEnd(WIDTH, '-'),
    ...variables.map(exampleOf),
  ]);
  return `${[INTRODUCTION.flatMap(comment).join('\n'), ...blocks].join('\n\n')}\n`;
}

function exampleOf({
  name,
  meaning,
  accepts,
  default: byDefault,
  example: value,
  isActive,
}: Variable): string {
  const facts = `Values: ${accepts}.${byDefault === '' ? '' : ` Default: ${byDefault}.`}`;
  const lines = [meaning, facts].flatMap((text) => comment(text.replaceAll('`', '')));
  return [...lines, `${isActive ? '' : '# '}${name}=${value}`].join('\n');
}

function comment(text: string): string[] {
  const lines: string[] = [];
  let line = '#';
  for (const word of text.split(' ')) {
    if (line.length + word.length >= WIDTH) {
      lines.push(line);
      line = '#';
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

const sections = await readVariables();
const page = await readFile(ROOT + PAGE, 'utf8');
if (!MARKERS.test(page)) throw new Error(`${PAGE} has lost its <!-- variables --> markers`);
const markdown = page.replace(MARKERS, (_, start: string, end: string) => {
  return `${start}\n${pageTables(sections)}\n${end}`;
});
const files: Record<string, string> = {
  [EXAMPLE]: example(sections),
  [PAGE]: await format(markdown, { ...(await resolveConfig(ROOT + PAGE)), filepath: PAGE }),
};

const stale: string[] = [];
for (const [path, text] of Object.entries(files)) {
  if ((await readFile(ROOT + path, 'utf8').catch(() => '')) !== text) stale.push(path);
}
if (!process.argv.includes('--check')) {
  for (const path of stale) await writeFile(ROOT + path, files[path] ?? '');
  process.stdout.write(stale.length === 0 ? 'Nothing has changed.\n' : `Written: ${stale.join(', ')}\n`);
} else if (stale.length > 0) {
  process.stderr.write(`Error: ${stale.join(', ')} must be generated again: npm run config:docs\n`);
  process.exitCode = 1;
}
