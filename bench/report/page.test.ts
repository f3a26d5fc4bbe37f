import { resultsBlock, withResults } from './page.ts';
import type { Results } from './results.ts';

const RESULTS: Results = {
  at: '2026-01-02T23:04:05.000Z',
  machine: { system: 'Linux 6.1', processor: 'A Processor', cores: 2, memoryGb: 8 },
  versions: { node: 'v24.0.0', commit: 'abc1234', fastify: '5.0.0', '@nestjs/core': '12.0.0' },
  rounds: 3,
  isShort: false,
  lines: [
    {
      what: 'webhooks/s',
      values: [2.4, 2.1, 1.9],
      unit: '×',
      goal: { atLeast: 2 },
      detail: '4,953/s | 716/s',
    },
    { what: 'first mail', values: [1_234.5], unit: 'ms', goal: { atMost: 1_000 }, detail: '' },
    { what: 'a second replica', values: [1.5], unit: '×', goal: null, detail: 'of 2' },
  ],
  records: {},
};

describe('The results block', () => {
  const block = resultsBlock(RESULTS);

  it('names the date and the machine of the measurement', () => {
    expect(block).toContain('2026-01-02 at commit abc1234, in 3 rounds.');
    expect(block).toContain('A Processor, 2 cores, 8 GB, Linux 6.1.');
    expect(block).toContain('Node 24.0.0, fastify 5.0.0, @nestjs/core 12.0.0.');
  });

  it('contains a table of medians, spreads, goals and verdicts', () => {
    expect(block.split('\n').filter((line) => line.startsWith('|'))).toEqual([
      '| measured | median | spread | goal | verdict | in figures of this machine |',
      '| --- | --- | --- | --- | --- | --- |',
      '| webhooks/s | 2.1× | 1.9× to 2.4× | ≥ 2× | met | 4,953/s \\| 716/s |',
      '| first mail | 1,235 ms |  | ≤ 1,000 ms | MISSED |  |',
      '| a second replica | 1.5× |  |  |  | of 2 |',
    ]);
  });
});

describe('The performance page', () => {
  const page = '# Performance\n\n<!-- results -->\n\nold\n\n<!-- /results -->\n\nThe rest.\n';

  it('gets the results between its markers, and keeps the rest', () => {
    const replaced = withResults(page, 'it cost $1 and $& more');
    expect(replaced).toBe(page.replace('old', () => 'it cost $1 and $& more'));
    expect(withResults(replaced, 'old')).toBe(page);
  });

  it.each([
    ['no markers', '# Performance\n'],
    ['no end marker', '<!-- results -->\n'],
    ['the end marker first', '<!-- /results -->\n<!-- results -->\n'],
    ['two start markers', `<!-- results -->\n${page}`],
    ['two end markers', `${page}<!-- /results -->\n`],
  ])('is rejected with %s', (_what, broken) => {
    expect(() => withResults(broken, 'new')).toThrow('<!-- results -->');
  });
});
