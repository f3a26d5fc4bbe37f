import { rotated } from './turns.ts';

it('rotated() moves the first item of a round to the end of the next one', () => {
  expect(rotated(['a', 'b', 'c'], 0)).toEqual(['a', 'b', 'c']);
  expect(rotated(['a', 'b', 'c'], 1)).toEqual(['b', 'c', 'a']);
  expect(rotated(['a', 'b', 'c'], 2)).toEqual(['c', 'a', 'b']);
});

it('rotated() starts over after each item has been first', () => {
  expect(rotated(['a', 'b', 'c'], 3)).toEqual(['a', 'b', 'c']);
  expect(rotated(['a'], 7)).toEqual(['a']);
});

it('rotated() does not change its argument', () => {
  const items = ['a', 'b'];
  rotated(items, 1);
  expect(items).toEqual(['a', 'b']);
});
