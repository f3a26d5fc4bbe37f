import type { Line } from '../measures/measure.ts';
import { median } from '../statistics.ts';
import { verdictOf } from './verdict.ts';

/** The columns of the table in the terminal and in docs/performance.md. */
export const HEAD = [
  'measured',
  'median',
  'spread',
  'goal',
  'verdict',
  'in figures of this machine',
] as const;

export function cellsOf(line: Line): string[] {
  return [
    line.what,
    figure(median(line.values), line.unit),
    spread(line),
    goal(line),
    verdictOf(line),
    line.detail,
  ];
}

function figure(value: number, unit: Line['unit']): string {
  const digits = value >= 100 ? 0 : value >= 10 ? 1 : 2;
  const number = Number(value.toFixed(digits)).toLocaleString('en');
  return unit === '×' ? `${number}×` : `${number} ${unit}`;
}

/** From the lowest to the highest round. */
function spread({ values, unit }: Line): string {
  if (values.length < 2) return '';
  return `${figure(Math.min(...values), unit)} to ${figure(Math.max(...values), unit)}`;
}

function goal({ goal, unit }: Line): string {
  if (goal === null) return '';
  return 'atLeast' in goal ? `≥ ${figure(goal.atLeast, unit)}` : `≤ ${figure(goal.atMost, unit)}`;
}
