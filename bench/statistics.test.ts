import { median, quantile } from './statistics.ts';

it('median() returns the middle value of unordered values', () => {
  expect(median([10, 9, 100])).toBe(10);
  expect(median([7])).toBe(7);
});

it('median() averages the two middle values of an even number', () => {
  expect(median([4, 1, 2, 100])).toBe(3);
});

it('median() does not change the order of its argument', () => {
  const values = [3, 1, 2];
  median(values);
  quantile(values, 0.5);
  expect(values).toEqual([3, 1, 2]);
});

it('median() and quantile() return NaN for an empty list', () => {
  expect(median([])).toBeNaN();
  expect(quantile([], 0.99)).toBeNaN();
});

it('quantile() returns the value below which the given share lies', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(quantile(values, 0)).toBe(1);
  expect(quantile(values, 0.5)).toBe(51);
  expect(quantile(values, 0.99)).toBe(100);
  expect(quantile(values, 1)).toBe(100);
  expect(quantile(Float64Array.of(2, 10, 1), 0.5)).toBe(2);
});
