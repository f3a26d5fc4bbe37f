import { rotated } from './turns.ts';

it('has whoever was first be last in the next round', () => {
  expect(rotated(['a', 'b', 'c'], 0)).toEqual(['a', 'b', 'c']);
  expect(rotated(['a', 'b', 'c'], 1)).toEqual(['b', 'c', 'a']);
  expect(rotated(['a', 'b', 'c'], 2)).toEqual(['c', 'a', 'b']);
});

it('begins again when everybody has been first', () => {
  expect(rotated(['a', 'b', 'c'], 3)).toEqual(['a', 'b', 'c']);
  expect(rotated(['a'], 7)).toEqual(['a']);
});

it('leaves the others as they were', () => {
  const items = ['a', 'b'];
  rotated(items, 1);
  expect(items).toEqual(['a', 'b']);
});
