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
  ['a median above what is asked for at least', [1, 3, 9], { atLeast: 2 }, 'met'],
  ['just as much as is asked for', [2], { atLeast: 2 }, 'met'],
  ['a median below it, although one round was better', [1, 1.9, 9], { atLeast: 2 }, 'MISSED'],
  ['a median below what is allowed at most', [1, 2, 9], { atMost: 3 }, 'met'],
  ['just as much as is allowed', [3], { atMost: 3 }, 'met'],
  ['a median above it', [1, 4, 9], { atMost: 3 }, 'MISSED'],
  ['a figure that is none', [Number.NaN], { atLeast: 2 }, 'MISSED'],
  ['whatever has no goal', [1], null, ''],
])('judges %s', (_what, values, goal, verdict) => {
  expect(verdictOf(line(values, goal))).toBe(verdict);
});

it.each<[string, boolean, Line]>([
  ['half of what is asked for', false, line([1], { atLeast: 2 })],
  ['less than half of it', true, line([0.9], { atLeast: 2 })],
  ['twice what is allowed', false, line([6], { atMost: 3 })],
  ['more than twice of it', true, line([6.1], { atMost: 3 })],
  ['a ratio that is none', true, line([Number.NaN], { atLeast: 2 })],
  ["an absolute figure, which is the machine's", false, line([1_000], { atMost: 3 }, 'ms')],
  ['a number that is not to be', true, line([1], { atMost: 0 }, 'connections')],
  ['what has no goal', false, line([0], null)],
  ['half of what is reached of a goal', false, { ...line([0.5], { atLeast: 2 }), reached: 1 }],
  ['less than half of that', true, { ...line([0.4], { atLeast: 2 }), reached: 1 }],
  ['more than twice of that', true, { ...line([9], { atMost: 3 }), reached: 4 }],
])('says of %s whether it is a gross regression: %s', (_what, isGross, about) => {
  expect(isGrossRegression(about)).toBe(isGross);
});
