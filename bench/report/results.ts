import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { Line } from '../measures/measure.ts';
import { median } from '../statistics.ts';
import { verdictOf } from './verdict.ts';

const LIBRARIES = ['fastify', '@nestjs/core', 'typeorm', 'pg', 'pg-boss', 'autocannon'];

/** All results of a run and its environment. */
export interface Results {
  /** ISO date and time. */
  at: string;
  machine: { system: string; processor: string; cores: number; memoryGb: number };
  /** The versions of Node.js and the libraries, and the commit. */
  versions: Record<string, string>;
  rounds: number;
  /** A short run is valid for a verdict, but must not be published. */
  isShort: boolean;
  lines: readonly Line[];
  /** Additional records, by the name that the measure gave them. */
  records: Readonly<Record<string, unknown>>;
}

export async function writeResults(
  file: string,
  measured: Pick<Results, 'lines' | 'records' | 'rounds' | 'isShort'> & { postgres: string },
): Promise<void> {
  const { lines, records, rounds, isShort, postgres } = measured;
  const results: Results = {
    at: new Date().toISOString(),
    machine: {
      system: `${type()} ${release()}`,
      processor: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
      memoryGb: Math.round(totalmem() / 2 ** 30),
    },
    versions: {
      node: process.version,
      commit: await commit(),
      PostgreSQL: postgres,
      ...(await versions()),
    },
    rounds,
    isShort,
    lines: lines.map((line) => ({ ...line, median: median(line.values), verdict: verdictOf(line) })),
    records,
  };
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(results, null, 2)}\n`);
}

/** @throws Error if the file does not exist or has another format */
export async function readResults(file: string): Promise<Results> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new Error(`${file} cannot be read. Run npm run bench first.`, { cause });
  });
  const results = parsed(text) as Partial<Results> | null;
  if (typeof results?.at !== 'string' || !Array.isArray(results.lines) || results.records === undefined) {
    throw new Error(`${file} contains no results of npm run bench`);
  }
  return results as Results;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
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
