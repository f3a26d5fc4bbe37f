import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { format, resolveConfig } from 'prettier';
import { throughputChart, type WebhookRounds } from './report/chart.ts';
import { resultsBlock, withResults } from './report/page.ts';
import { readResults } from './report/results.ts';

const DEFAULT_FILE = 'bench/results/latest.json';
const USAGE = `Usage: npm run bench:publish -- [FILE]

Writes the results of \`npm run bench\` into the documentation: the chart docs/images/throughput.svg and the table in
docs/performance.md. It does not measure anything.

  FILE     results file (default ${DEFAULT_FILE})
  --help   show this help

Exit code: 0 written; 1 no usable results; 2 wrong usage.
`;

const PAGE = fileURLToPath(new URL('../docs/performance.md', import.meta.url));
const CHART = fileURLToPath(new URL('../docs/images/throughput.svg', import.meta.url));

function choose(args: string[]): { file: string } | number {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h', default: false } },
    });
    if (positionals.length > 1) throw new Error('Give at most one results file');
    if (!values.help) return { file: positionals[0] ?? DEFAULT_FILE };
    process.stdout.write(USAGE);
    return 0;
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n\n${USAGE}`);
    return 2;
  }
}

async function publish(file: string): Promise<number> {
  const results = await readResults(file);
  if (results.isShort)
    throw new Error(`${file} is from a short run. Run npm run bench without --short first.`);
  const webhooks = results.records['webhooks'] as WebhookRounds | undefined;
  if (webhooks === undefined) {
    throw new Error(`${file} has no values for the chart. Run npm run bench with durable-webhooks first.`);
  }
  const chart = throughputChart(webhooks);
  const page = withResults(await readFile(PAGE, 'utf8'), resultsBlock(results));
  const pretty = await format(page, { ...(await resolveConfig(PAGE)), filepath: PAGE });
  await mkdir(dirname(CHART), { recursive: true });
  await writeFile(CHART, chart);
  await writeFile(PAGE, pretty);
  process.stdout.write('Written: docs/images/throughput.svg, docs/performance.md\n');
  return 0;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

const chosen = choose(process.argv.slice(2));
process.exitCode =
  typeof chosen === 'number'
    ? chosen
    : await publish(chosen.file).catch((error: unknown) => {
        process.stderr.write(`${messageOf(error)}\n`);
        return 1;
      });
