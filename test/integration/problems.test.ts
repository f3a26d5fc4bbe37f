import { readFileSync } from 'node:fs';
import { PROBLEM_CODES } from '../../src/common/problem-codes.ts';
import { FRAMEWORK_PROBLEMS, STATUS_OF_KIND } from '../../src/http/problem.filter.ts';

/** The rows of docs/problems.md: code and status. */
const page = readFileSync(new URL('../../docs/problems.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| `([^`]+)`\s+\| (\d{3})\s+\|/gm)].map(
  ([, code = '', status]) => [code, Number(status)] as const,
);
const statusOf = new Map(rows);
const statusesOfFramework = Object.entries(FRAMEWORK_PROBLEMS).map(
  ([status, [code]]) => [code, Number(status)] as const,
);

describe('Problem codes', () => {
  it('are each documented once in docs/problems.md, which documents no other code', () => {
    expect(rows.map(([code]) => code).toSorted()).toEqual([...PROBLEM_CODES].toSorted());
  });

  it.each(PROBLEM_CODES)('the code %s has the form feature.situation', (code) => {
    expect(code).toMatch(/^[a-z]+\.[a-z]+(_[a-z]+)*$/);
  });

  it.each([...statusesOfFramework, ['internal.error', 500]] as const)(
    'docs/problems.md documents %s with the status %i that the problem filter sends',
    (code, status) => {
      expect(statusOf.get(code)).toBe(status);
    },
  );

  it('docs/problems.md documents only statuses that the problem filter can send', () => {
    const possible = [
      ...Object.values(STATUS_OF_KIND),
      ...statusesOfFramework.map(([, status]) => status),
      500,
    ];
    expect(rows.filter(([, status]) => !possible.includes(status))).toEqual([]);
  });
});
