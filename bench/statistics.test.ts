import { median, quantile } from './statistics.ts';

it('takes the middle one for the median, whatever their order', () => {
  expect(median([10, 9, 100])).toBe(10);
  expect(median([7])).toBe(7);
});

it('takes what lies between the middle two of an even number', () => {
  expect(median([4, 1, 2, 100])).toBe(3);
});

it('leaves what it was given in its order', () => {
  const values = [3, 1, 2];
  median(values);
  quantile(values, 0.5);
  expect(values).toEqual([3, 1, 2]);
});

it('has no median and no quantile of nothing', () => {
  expect(median([])).toBeNaN();
  expect(quantile([], 0.99)).toBeNaN();
});

it('finds the value below which a share of the others lies', () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(quantile(values, 0)).toBe(1);
  expect(quantile(values, 0.5)).toBe(51);
  expect(quantile(values, 0.99)).toBe(100);
  expect(quantile(values, 1)).toBe(100);
  expect(quantile(Float64Array.of(2, 10, 1), 0.5)).toBe(2);
});
