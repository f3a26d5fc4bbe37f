import type { Line } from '../measures/measure.ts';
import { median } from '../statistics.ts';

export type Verdict = 'met' | 'MISSED' | '';

/** The same on any machine. */
const COMPARABLE: ReadonlySet<Line['unit']> = new Set(['×', 'connections']);

/** Of the median over the rounds. */
export function verdictOf(line: Line): Verdict {
  const { goal } = line;
  if (goal === null) return '';
  const figure = median(line.values);
  return ('atLeast' in goal ? figure >= goal.atLeast : figure <= goal.atMost) ? 'met' : 'MISSED';
}

/**
 * CI's measure: a ratio or a number that is not even half as good as its goal, or as what is reached of it. Times are the
 * machine's.
 */
export function isGrossRegression({ goal, unit, values, reached }: Line): boolean {
  if (goal === null || !COMPARABLE.has(unit)) return false;
  const figure = median(values);
  return !('atLeast' in goal
    ? figure >= (reached ?? goal.atLeast) / 2
    : figure <= (reached ?? goal.atMost) * 2);
}
