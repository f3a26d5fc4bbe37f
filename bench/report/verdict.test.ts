import type { Line } from '../measures/measure.ts';
import { isGrossRegression, verdictOf } from './verdict.ts';

const line = (values: number[], goal: Line['goal'], unit: Line['unit'] = '×'): Line => ({
  what: 'something',
  values,
  unit,
  goal,
  detail: '',
});

it.each<[string, number[], Line['goal'], string]>([
  ['a median above the minimum', [1, 3, 9], { atLeast: 2 }, 'met'],
  ['a median equal to the minimum', [2], { atLeast: 2 }, 'met'],
  ['a median below the minimum although one round is better', [1, 1.9, 9], { atLeast: 2 }, 'MISSED'],
  ['a median below the maximum', [1, 2, 9], { atMost: 3 }, 'met'],
  ['a median equal to the maximum', [3], { atMost: 3 }, 'met'],
  ['a median above the maximum', [1, 4, 9], { atMost: 3 }, 'MISSED'],
  ['a value that is not a number', [Number.NaN], { atLeast: 2 }, 'MISSED'],
  ['a value without a goal', [1], null, ''],
])('verdictOf() judges %s', (_what, values, goal, verdict) => {
  expect(verdictOf(line(values, goal))).toBe(verdict);
});

it.each<[string, boolean, Line]>([
  ['half of the minimum', false, line([1], { atLeast: 2 })],
  ['less than half of the minimum', true, line([0.9], { atLeast: 2 })],
  ['twice the maximum', false, line([6], { atMost: 3 })],
  ['more than twice the maximum', true, line([6.1], { atMost: 3 })],
  ['a ratio that is not a number', true, line([Number.NaN], { atLeast: 2 })],
  ['an absolute value, which depends on the machine', false, line([1_000], { atMost: 3 }, 'ms')],
  ['a number that must be zero', true, line([1], { atMost: 0 }, 'connections')],
  ['a value without a goal', false, line([0], null)],
  ['half of the value reached so far', false, { ...line([0.5], { atLeast: 2 }), reached: 1 }],
  ['less than half of the value reached so far', true, { ...line([0.4], { atLeast: 2 }), reached: 1 }],
  ['more than twice the value reached so far', true, { ...line([9], { atMost: 3 }), reached: 4 }],
])('isGrossRegression() classifies %s: %s', (_what, isGross, about) => {
  expect(isGrossRegression(about)).toBe(isGross);
});
