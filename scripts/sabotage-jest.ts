import { spawn, type ChildProcess } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { type CitedTest, patternOf } from './sabotages/sabotage.ts';

const JEST = join('node_modules', 'jest', 'bin', 'jest.js');
const NODE_OPTIONS = [
  '--disable-warning=ExperimentalWarning',
  '--experimental-vm-modules',
  '--no-compilation-cache',
];
/** How the message of a failed expectation begins. */
const OF_EXPECT = /^(\w*Error: )?expect\(/;
/** How many characters of the output to show if Jest ended without a report. */
const SHOWN_CHARACTERS = 2_000;

export interface TestResult {
  file: string;
  fullName: string;
  status: 'passed' | 'failed' | 'skipped';
  /** True if an expectation failed. False if the sabotage broke the test in another way. */
  isVerdict: boolean;
}

interface Report {
  testResults: {
    name: string;
    message: string;
    assertionResults: { fullName: string; status: string; failureMessages?: string[] }[];
  }[];
}

const running = new Set<ChildProcess>();

/** Runs the tests in the copy, in one process and with their own database. */
export async function runTests(
  folder: string,
  tests: readonly CitedTest[],
): Promise<{ results: TestResult[]; failure: string | null }> {
  const report = join(folder, 'sabotage-report.json');
  await rm(report, { force: true });
  const output = await jest(folder, [
    '--runInBand',
    '--ci',
    '--json',
    `--outputFile=${report}`,
    `--cacheDirectory=${join(folder, '.jest-cache')}`,
    `--testNamePattern=(${tests.map(patternOf).join('|')})`,
    '--runTestsByPath',
    ...new Set(tests.map(({ file }) => file)),
  ]);
  const text = await readFile(report, 'utf8').catch(() => null);
  if (text === null) return { results: [], failure: output.slice(-SHOWN_CHARACTERS) };
  const { testResults } = JSON.parse(text) as Report;
  const broken = testResults.find(
    ({ assertionResults, message }) => assertionResults.length === 0 && message !== '',
  );
  return {
    results: testResults.flatMap((suite) => resultsOf(suite, folder)),
    failure: broken?.message ?? null,
  };
}

/** Returns the results of the test. A test of `it.each` has several. */
export function resultsFor(results: readonly TestResult[], test: CitedTest): TestResult[] {
  const pattern = new RegExp(patternOf(test), 'i');
  return results.filter(
    ({ file, fullName, status }) => file === test.file && status !== 'skipped' && pattern.test(fullName),
  );
}

/** Stops the running tests, so that `runTests` resolves. The database stops when its parent process ends. */
export function endAll(): void {
  for (const { pid } of running) {
    try {
      if (pid !== undefined) process.kill(-pid, 'SIGKILL');
    } catch {
      // The process has already ended.
    }
  }
}

function resultsOf({ name, assertionResults }: Report['testResults'][number], folder: string): TestResult[] {
  const file = name.slice(name.indexOf(folder) + folder.length + 1);
  return assertionResults.map(({ fullName, status, failureMessages = [] }) => ({
    file,
    fullName,
    status: status === 'passed' || status === 'failed' ? status : 'skipped',
    isVerdict: failureMessages.some((message) => OF_EXPECT.test(stripVTControlCharacters(message))),
  }));
}

function jest(folder: string, args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [...NODE_OPTIONS, JEST, ...args], {
    cwd: folder,
    env: { ...process.env, TMPDIR: join(folder, '..', 'tmp'), FORCE_COLOR: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A separate process group, so that all processes of the run can be ended together.
    detached: true,
  });
  running.add(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => {
      running.delete(child);
      resolve(output);
    });
  });
}
