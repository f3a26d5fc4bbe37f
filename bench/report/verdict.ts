import type { Line } from '../measures/measure.ts';
import { median } from '../statistics.ts';

export type Verdict = 'met' | 'MISSED' | '';

/** Units that are comparable across machines. */
const COMPARABLE: ReadonlySet<Line['unit']> = new Set(['×', 'connections']);

export function verdictOf(line: Line): Verdict {
  const { goal } = line;
  if (goal === null) return '';
  const figure = median(line.values);
  return ('atLeast' in goal ? figure >= goal.atLeast : figure <= goal.atMost) ? 'met' : 'MISSED';
}

/**
 * For CI: a ratio or count that is more than twice as bad as its goal, or as the value reached so far. Absolute
 * times depend on the machine and are not judged.
 */
export function isGrossRegression({ goal, unit, values, reached }: Line): boolean {
  if (goal === null || !COMPARABLE.has(unit)) return false;
  const figure = median(values);
  return !('atLeast' in goal
    ? figure >= (reached ?? goal.atLeast) / 2
    : figure <= (reached ?? goal.atMost) * 2);
}
