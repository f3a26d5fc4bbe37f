import { contendersOf, throughputChart } from './chart.ts';

const at = (...perSecond: number[]) => perSecond.map((figure) => ({ perSecond: figure, p50: 1, p99: 2 }));
const WEBHOOKS = {
  'signature-only 64': at(6_000),
  'gateway 256': at(5_210, 4_500.4, 4_953.4),
  'gateway 64': at(3_300, 3_000, 3_400),
  'nest-tutorial 64': at(122, 130),
};

it('contendersOf() returns median and extremes by contender, with the gateway first and connections ascending', () => {
  const contenders = contendersOf(WEBHOOKS);
  expect(contenders.map(({ name }) => name)).toEqual([
    'this gateway',
    '(a) Nest + TypeORM repositories',
    '(c) signature only, no database',
  ]);
  expect(contenders[0]?.bars).toEqual([
    { connections: 64, median: 3_300, lowest: 3_000, highest: 3_400 },
    { connections: 256, median: 4_953.4, lowest: 4_500.4, highest: 5_210 },
  ]);
});

it('contendersOf() rejects an unknown contender', () => {
  expect(() => contendersOf({ 'unknown 64': at(1) })).toThrow('"unknown 64"');
});

describe('The chart', () => {
  const svg = throughputChart(WEBHOOKS);
  const texts = [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text);

  it('shows the contenders, the connections and every value', () => {
    expect(texts).toEqual(expect.arrayContaining(['this gateway', '(c) signature only, no database']));
    expect(texts).toEqual(expect.arrayContaining(['64', '256', 'connections']));
    expect(texts).toEqual(expect.arrayContaining(['4,953', '3,300', '126', '6,000']));
    expect(texts).not.toContain('(b) Fastify + pg');
  });

  it('has a white background, so that it is readable on a dark page', () => {
    expect(svg).toMatch(/<rect width="(\d+)" height="(\d+)" x="0" y="0" fill="#ffffff">/);
  });

  it('draws a whisker if the rounds differ, and no whisker for one round', () => {
    const lines = (webhooks: Parameters<typeof throughputChart>[0]) =>
      throughputChart(webhooks).match(/<path[^>]*stroke-width="1.2"/g)?.length ?? 0;
    expect(lines({ 'gateway 64': at(10, 20) })).toBe(3);
    expect(lines({ 'gateway 64': at(10) })).toBe(0);
  });

  it('is identical for the same values in any order, and contains no script or style', () => {
    expect(throughputChart(Object.fromEntries(Object.entries(WEBHOOKS).toReversed()))).toBe(svg);
    expect(svg).not.toMatch(/zr\d|<style|<script|class=|ecmeta/);
  });
});
