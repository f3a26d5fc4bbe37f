import { OutOfDate, whileSabotaged } from './sabotage-copy.ts';
import { resultsFor, runTests } from './sabotage-jest.ts';
import type { CitedTest, Sabotage } from './sabotages/sabotage.ts';

export interface Trial {
  sabotage: Sabotage;
  /** `broken`: the tests neither pass nor fail by an expectation, so the trial proves nothing. */
  result: 'red' | 'green' | 'broken';
  reason: string;
  tookMs: number;
}

/** Runs every named test without a sabotage. Returns the tests that fail or do not exist. */
export async function baseOf(lanes: readonly string[], sabotages: readonly Sabotage[]): Promise<string[]> {
  const tests = sabotages.flatMap((sabotage) => sabotage.tests);
  const files = [...new Set(tests.map(({ file }) => file))];
  const problems = await Promise.all(
    lanes.map(async (lane, index) => {
      const own = tests.filter(({ file }) => files.indexOf(file) % lanes.length === index);
      return own.length === 0 ? [] : problemsOf(own, await runTests(lane, own));
    }),
  );
  return [...new Set(problems.flat())];
}

export async function trySabotage(lane: string, sabotage: Sabotage): Promise<Trial> {
  const startedAt = performance.now();
  const end = (result: Trial['result'], reason = ''): Trial => ({
    sabotage,
    result,
    reason,
    tookMs: performance.now() - startedAt,
  });
  try {
    const { results, failure } = await whileSabotaged(lane, sabotage, () => runTests(lane, sabotage.tests));
    const own = sabotage.tests.flatMap((test) => resultsFor(results, test));
    if (own.some(({ isVerdict }) => isVerdict)) return end('red');
    if (failure !== null) return end('broken', `the tests do not run: ${failure}`);
    if (own.length === 0) return end('broken', 'its tests are not run');
    const failed = own.find(({ status }) => status === 'failed');
    if (failed !== undefined)
      return end('broken', `no expectation fails in "${failed.fullName}", it breaks down`);
    return end('green');
  } catch (error) {
    if (error instanceof OutOfDate) return end('broken', error.message);
    throw error;
  }
}

function problemsOf(
  tests: readonly CitedTest[],
  { results, failure }: Awaited<ReturnType<typeof runTests>>,
): string[] {
  const failed = results.filter(({ status }) => status === 'failed');
  const missing = tests.filter((test) => resultsFor(results, test).length === 0);
  return [
    ...(failure === null ? [] : [failure]),
    ...failed.map(({ file, fullName }) => `${file}: "${fullName}" fails as it is`),
    ...missing.map(({ file, name }) => `the list is out of date: ${file} has no test "${name}"`),
  ];
}
