import { jest } from '@jest/globals';
import { createParser } from 'eventsource-parser';
import { PROVIDER_NAMES } from './providers.ts';
import { startSandbox } from './sandbox.ts';
import type { ProviderName, Sandbox, SandboxOptions } from './sandbox.ts';
import type { SandboxState, UserRecord } from './state.ts';
import { openVeriffSession } from './test-support/calls.ts';
import { openReceiver } from './test-support/receiver.ts';

let opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  jest.useRealTimers();
  await Promise.all(opened.map((resource) => resource.close()));
  opened = [];
});

async function start(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = await startSandbox(options);
  opened.push(sandbox);
  return sandbox;
}

async function ask(sandbox: Sandbox, method: string, path: string, body?: object) {
  const answer = await fetch(`${sandbox.url}/sandbox${path}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  return { status: answer.status, body: (await answer.json()) as unknown };
}

const stateOf = async (sandbox: Sandbox) => (await ask(sandbox, 'GET', '/state')).body as SandboxState;
const openSession = async (sandbox: Sandbox) =>
  String((await openVeriffSession(sandbox)).json['verification']?.['id']);

/** Returns server-sent events and comments one by one. */
async function listen(sandbox: Sandbox): Promise<{ next(): Promise<string | null> }> {
  const answer = await fetch(`${sandbox.url}/sandbox/changes`);
  expect(answer.headers.get('content-type')).toBe('text/event-stream');
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  const messages: string[] = [];
  const parser = createParser({
    onEvent: ({ event }) => messages.push(event ?? 'message'),
    onComment: (comment) => messages.push(comment),
  });
  const decoder = new TextDecoder();
  return {
    async next() {
      while (messages.length === 0) {
        const { value, done } = await reader.read();
        if (done) return null;
        parser.feed(decoder.decode(value, { stream: true }));
      }
      return messages.shift() ?? null;
    },
  };
}

it('The state lists everything, newest first', async () => {
  const receiver = await openReceiver();
  opened.push(receiver);
  const sandbox = await start({ webhookUrl: receiver.url, gatewayUrl: 'http://127.0.0.1:3100' });
  const [first, second] = [await openSession(sandbox), await openSession(sandbox)];
  await sandbox.veriff.decide(first, { outcome: 'start' });
  await sandbox.veriff.decide(first, { outcome: 'approve' });
  sandbox.veriff.setMode('slow');
  const state = await stateOf(sandbox);
  expect(state).toMatchObject({
    gateway: { url: 'http://127.0.0.1:3100', provider: null, canSwitchProvider: false },
    users: [{ email: 'ada@example.com' }, { email: 'ben@example.com' }, { email: 'cleo@example.com' }],
    mails: [],
    hasDatabase: false,
  });
  expect(state.providers.map(({ name, mode }) => [name, mode])).toEqual(
    PROVIDER_NAMES.map((name) => [name, name === 'veriff' ? 'slow' : 'normal']),
  );
  expect(state.providers.find(({ name }) => name === 'veriff')).toMatchObject({
    sessions: [{ id: second }, { id: first, status: 'approved' }],
    calls: [{ status: 201 }, { status: 201 }],
    deliveries: [{ type: 'approved' }, { type: 'started' }],
  });
});

it.each([
  [{ gatewayUrl: 'http://127.0.0.1:3100', webhookUrl: 'http://127.0.0.1:1/hook' }, 'http://127.0.0.1:3100'],
  [{ webhookUrl: 'http://127.0.0.1:1/hook' }, 'http://127.0.0.1:1'],
  [{}, 'http://127.0.0.1:3000'],
])('With the options %j the settings return the address of the gateway', async (options, url) => {
  expect((await ask(await start(options), 'GET', '/settings')).body).toEqual({ gateway_url: url });
});

it('Simultaneous changes cause one event', async () => {
  const sandbox = await start();
  const changes = await listen(sandbox);
  expect(await changes.next()).toBe('changed'); // sent on connecting, for earlier changes
  await openSession(sandbox);
  await openSession(sandbox);
  expect(await changes.next()).toBe('changed');
  sandbox.persona.setMode('down');
  expect(await changes.next()).toBe('changed');
  await sandbox.close();
  expect(await changes.next()).toBeNull();
});

it('The stream of changes sends a heartbeat while nothing changes', async () => {
  jest.useFakeTimers({
    doNotFake: [
      'Date',
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setTimeout',
      'clearTimeout',
    ],
  });
  const changes = await listen(await start());
  await changes.next();
  jest.advanceTimersByTime(15_000);
  expect(await changes.next()).toMatch(/still here/);
});

it.each([
  ['PUT', '/gateway/provider', { provider: 'veriff' }],
  ['GET', '/users/5b6f1c9e-1111-4222-8333-444455556666/record', undefined],
])('The control API rejects %s %s if the gateway is not connected', async (method, path, body) => {
  expect(await ask(await start(), method, path, body)).toEqual({
    status: 409,
    body: { error: expect.stringContaining('npm run demo') },
  });
});

it('The control API switches the provider of a connected gateway', async () => {
  let provider: ProviderName = 'persona';
  const seen: string[] = [];
  const sandbox: Sandbox = await start({
    gatewayControl: {
      provider: () => provider,
      switchProvider: async (name) => void (provider = name),
      secretsRotated: async () => void seen.push(sandbox.environment['VERIFF_SHARED_SECRETS'] ?? ''),
    },
  });
  expect((await stateOf(sandbox)).gateway).toMatchObject({ provider: 'persona', canSwitchProvider: true });
  const changes = await listen(sandbox);
  await changes.next();
  expect(await ask(sandbox, 'PUT', '/gateway/provider', { provider: 'onfido' })).toEqual({
    status: 200,
    body: { provider: 'onfido' },
  });
  expect(await changes.next()).toBe('changed');
  expect((await ask(sandbox, 'PUT', '/gateway/provider', { provider: 'jumio' })).status).toBe(400);
  expect((await stateOf(sandbox)).gateway.provider).toBe('onfido');

  const { body } = await ask(sandbox, 'POST', '/veriff/secret-rotation');
  expect(seen.map((secrets) => secrets.split(',').length)).toEqual([2]);
  expect(seen[0]).toContain((body as { secret: string }).secret);
});

it('The control API reads the rows of a user from the database of the gateway', async () => {
  const record: UserRecord = { row: { id: 'ada', kyc_status: 'pending' }, sessions: [], ledger: [] };
  const sandbox = await start({ records: async (id) => (id === 'ada' ? record : { ...record, row: null }) });
  expect((await stateOf(sandbox)).hasDatabase).toBe(true);
  expect((await ask(sandbox, 'GET', '/users/ada/record')).body).toEqual(record);
});
