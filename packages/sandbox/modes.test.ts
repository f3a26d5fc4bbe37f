import { startSandbox } from './sandbox.ts';
import type { ProviderMode, Sandbox } from './sandbox.ts';
import { personaInquiry, setting } from './test-support/calls.ts';
import { DRIVERS } from './test-support/drivers.ts';
import { PROVIDER_NAMES } from './providers.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

async function put(name: string, mode: string): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${sandbox.url}/sandbox/${name}/mode`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ mode }),
  });
  return { status: answer.status, body: await answer.json() };
}

it.each(PROVIDER_NAMES)('%s executes no call while it is down, and works again afterwards', async (name) => {
  await put(name, 'down');
  await expect(DRIVERS[name].create(sandbox)).rejects.toThrow();
  expect(sandbox[name].calls()).toMatchObject([{ status: 0 }]);
  expect(sandbox[name].sessions()).toEqual([]);
  expect(await put(name, 'normal')).toEqual({ status: 200, body: { mode: 'normal' } });
  expect((await DRIVERS[name].create(sandbox)).status).toBe(201);
});

it.each(PROVIDER_NAMES)('%s rejects rate-limited calls in its own error format', async (name) => {
  await put(name, 'rate_limited');
  const { status, json, headers } = await DRIVERS[name].create(sandbox);
  expect(status).toBe(429);
  const { rateLimited } = DRIVERS[name];
  expect(json).toMatchObject(rateLimited.body);
  expect(headers.get('ratelimit-reset')).toBe(rateLimited.reset);
});

it('A slow provider executes a call immediately and responds late', async () => {
  await put('veriff', 'slow');
  const call = DRIVERS.veriff.create(sandbox).catch(() => null);
  while (sandbox.veriff.calls().length === 0) await new Promise(setImmediate);
  expect(sandbox.veriff.sessions()).toHaveLength(1);
  const isAnswered = await Promise.race([
    call.then(() => true),
    fetch(setting(sandbox, 'AUTH_JWKS_URL')).then(() => false),
  ]);
  expect(isAnswered).toBe(false);
  await sandbox.close();
  await call;
});

it.each<[ProviderMode, object]>([
  ['rate_limited', { status: 429 }],
  ['down', { disconnect: true }],
  ['down', { status: 503 }],
  ['slow', { delayMs: 10 }],
  ['normal', { body: '{' }],
])('The mode is %s if a provider misbehaves as in %j', (mode, how) => {
  sandbox.onfido.misbehave(how);
  expect(sandbox.onfido.mode()).toBe(mode);
  sandbox.onfido.behave();
  expect(sandbox.onfido.mode()).toBe('normal');
});

it('The mode is normal again after the last misbehaving call', async () => {
  sandbox.veriff.misbehave({ status: 500, body: '{}', times: 1 });
  await DRIVERS.veriff.create(sandbox);
  expect(sandbox.veriff.mode()).toBe('normal');
});

it.each([
  ['veriff', 'sleepy'],
  ['jumio', 'down'],
])('The control API rejects the change of %s to mode %s', async (name, mode) => {
  expect(await put(name, mode)).toEqual({ status: 400, body: { error: expect.any(String) } });
});

it('A rejected call is not executed if the caller disconnects before the response', async () => {
  sandbox.persona.misbehave({ status: 503, delayMs: 60_000, times: 1 });
  const caller = new AbortController();
  const refused = fetch(`${setting(sandbox, 'PERSONA_API_URL')}/inquiries`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${setting(sandbox, 'PERSONA_API_KEY')}`,
      'persona-version': '2025-12-08',
      'content-type': 'application/json',
    },
    body: JSON.stringify(personaInquiry(sandbox)),
    signal: caller.signal,
  }).catch(() => null);
  while (sandbox.persona.calls().length === 0) await new Promise(setImmediate);
  caller.abort();
  await refused;
  expect((await DRIVERS.persona.create(sandbox)).status).toBe(201);
  expect(sandbox.persona.sessions()).toHaveLength(1);
});
