import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';

let root: string;
let sandbox: Sandbox;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'kyc-web-'));
  sandbox = await startSandbox({ gatewayUrl: 'http://127.0.0.1:3100', webRoot: join(root, 'dist') });
});
afterEach(async () => {
  await sandbox.close();
  await rm(root, { recursive: true });
});

const get = (path: string) => fetch(sandbox.url + path, { redirect: 'manual' });

async function build(): Promise<void> {
  await mkdir(join(root, 'dist', 'assets'), { recursive: true });
  await writeFile(join(root, 'dist', 'app.html'), '<!doctype html><title>App</title>');
  await writeFile(join(root, 'dist', 'assets', 'app-1a2b.js'), 'export {};');
}

it.each([
  ['/', '/web/app.html'],
  ['/console', '/web/console.html'],
  ['/app/return', '/web/app.html?returned=1'],
  [
    '/app/return?status=approved&inquiry-id=inq_1',
    '/web/app.html?returned=1&status=approved&inquiry-id=inq_1',
  ],
])('The sandbox redirects %s to %s', async (from, to) => {
  const answer = await get(from);
  expect([answer.status, answer.headers.get('location')]).toEqual([302, to]);
});

it('The sandbox explains how to build the web pages, and serves them after the build', async () => {
  const missing = await get('/web/app.html');
  expect(missing.status).toBe(503);
  expect(await missing.text()).toContain('npm run build:web');
  await build();
  const page = await get('/web/app.html');
  expect([page.status, await page.text()]).toEqual([200, '<!doctype html><title>App</title>']);
  expect((await get('/web/nothing.html')).status).toBe(404);
});

it('The policy of the web pages allows only their own origin and the gateway', async () => {
  await build();
  const policy = (await get('/web/app.html')).headers.get('content-security-policy') ?? '';
  expect(policy.split('; ')).toEqual(
    expect.arrayContaining([
      "default-src 'self'",
      "connect-src 'self' http://127.0.0.1:3100",
      "frame-ancestors 'self'",
    ]),
  );
  expect(policy.match(/https?:[^\s;]+/g)).toEqual(['http://127.0.0.1:3100']);
});

it('Browsers cache the hashed assets of the web pages and revalidate the pages', async () => {
  await build();
  expect((await get('/web/assets/app-1a2b.js')).headers.get('cache-control')).toContain('immutable');
  expect((await get('/web/app.html')).headers.get('cache-control')).toBe('no-cache');
});
