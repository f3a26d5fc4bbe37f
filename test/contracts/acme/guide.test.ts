import { readFileSync } from 'node:fs';

const BLOCK = /<!-- from (\S+) -->\n<!-- prettier-ignore -->\n```ts\n([\s\S]*?)```\n/g;

const page = readFileSync('docs/adding-a-provider.md', 'utf8');
const blocks = [...page.matchAll(BLOCK)].map(([, file = '', code]) => ({ file, code }));

it('docs/adding-a-provider.md quotes files of Acme', () => {
  expect(blocks.length).toBeGreaterThan(0);
});

it.each(blocks)('docs/adding-a-provider.md quotes $file as it is', ({ file, code }) => {
  expect(code).toBe(readFileSync(file, 'utf8'));
});
