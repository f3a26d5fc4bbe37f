import { jest } from '@jest/globals';
import { PROVIDER_NAMES } from './providers.ts';
import { startSandbox } from './sandbox.ts';
import type { Sandbox, SandboxOptions } from './sandbox.ts';
import { hmac, openVeriffSession, personaCall, personaInquiry, setting } from './test-support/calls.ts';
import { DRIVERS } from './test-support/drivers.ts';
import { openReceiver } from './test-support/receiver.ts';
import type { Receiver } from './test-support/receiver.ts';

let opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  jest.useRealTimers();
  await Promise.all(opened.map((resource) => resource.close()));
  opened = [];
});

async function start(
  statusFor?: (nth: number) => number,
  options: SandboxOptions = {},
): Promise<{ sandbox: Sandbox; receiver: Receiver }> {
  const receiver = await openReceiver(statusFor);
  const sandbox = await startSandbox({ webhookUrl: receiver.url, retryDelaysMs: [0, 0], ...options });
  opened.push(sandbox, receiver);
  return { sandbox, receiver };
}

async function openInquiry(sandbox: Sandbox): Promise<string> {
  const reply = await personaCall(sandbox, 'POST', '/inquiries', { body: personaInquiry(sandbox) });
  return String(reply.json['data']?.['id']);
}

const openSession = async (sandbox: Sandbox) =>
  String((await openVeriffSession(sandbox)).json['verification']?.['id']);

it('A webhook that is accepted is delivered once, with a signature over its bytes', async () => {
  const { sandbox, receiver } = await start();
  const [record] = await sandbox.veriff.decide(await openSession(sandbox), { outcome: 'approve' });
  expect(record).toMatchObject({ state: 'accepted', type: 'approved', attempts: [{ status: 200 }] });
  expect(receiver.received).toHaveLength(1);
  const [webhook] = receiver.received;
  expect(webhook?.headers['x-hmac-signature']).toBe(
    hmac(setting(sandbox, 'VERIFF_SHARED_SECRETS'), webhook?.body ?? ''),
  );
  expect(sandbox.veriff.deliveries()).toEqual([record]);
});

it('A webhook is retried until it is accepted', async () => {
  const { sandbox, receiver } = await start((nth) => (nth < 3 ? 503 : 200));
  const [record] = await sandbox.veriff.decide(await openSession(sandbox), { outcome: 'approve' });
  expect(record?.state).toBe('accepted');
  expect(record?.attempts.map(({ status }) => status)).toEqual([503, 503, 200]);
  expect(new Set(receiver.received.map(({ body }) => body.toString())).size).toBe(1);
});

it('A delivery ends as given_up when no attempt is left', async () => {
  const { sandbox } = await start(() => 500);
  const [record] = await sandbox.veriff.decide(await openSession(sandbox), { outcome: 'approve' });
  expect(record?.state).toBe('given_up');
  expect(record?.attempts).toHaveLength(3);
});

it('A delivery records the error if the receiver does not respond', async () => {
  const { sandbox } = await start();
  sandbox.deliverTo('http://127.0.0.1:1/');
  const [record] = await sandbox.veriff.decide(await openSession(sandbox), { outcome: 'approve' });
  expect(record).toMatchObject({
    state: 'given_up',
    attempts: [{ status: null, error: expect.any(String) }, {}, {}],
  });
});

it.each(
  PROVIDER_NAMES.flatMap((provider) =>
    DRIVERS[provider].responses.map(([status, state]) => ({ provider, status, state })),
  ),
)('A delivery of $provider whose response is $status ends as $state', async ({ provider, status, state }) => {
  const { sandbox } = await start(() => status);
  const { id } = await DRIVERS[provider].open(sandbox);
  const [record] = await sandbox[provider].decide(id, { outcome: 'approve' });
  expect(record?.state).toBe(state);
});

it('Each attempt of a Persona webhook has its own signature and its number', async () => {
  // Only the date is faked: sockets and timers must keep working.
  jest.useFakeTimers({
    now: new Date('2026-03-04T10:20:30Z'),
    doNotFake: [
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setInterval',
      'clearInterval',
      'setTimeout',
      'clearTimeout',
    ],
  });
  const { sandbox, receiver } = await start((nth) => {
    jest.setSystemTime(Date.now() + 60_000);
    return nth === 1 ? 500 : 200;
  });
  await sandbox.persona.decide(await openInquiry(sandbox), { outcome: 'approve' });
  const secret = setting(sandbox, 'PERSONA_WEBHOOK_SECRETS');
  const signed = (t: number, body: Buffer | undefined) =>
    `t=${t},v1=${hmac(secret, `${t}.${body?.toString()}`)}`;
  const [first, second] = receiver.received;
  expect(first?.headers).toMatchObject({
    'persona-signature': signed(1772619630, first?.body),
    'persona-webhook-attempts-made': '1',
    'persona-webhook-attempts-left': '2',
  });
  expect(second?.headers).toMatchObject({
    'persona-signature': signed(1772619690, second?.body),
    'persona-webhook-attempts-made': '2',
    'persona-webhook-attempts-left': '1',
    'persona-webhook-first-attempted-at': '1772619630',
  });
});

it('A decision with copies sends that number of identical deliveries', async () => {
  const { sandbox, receiver } = await start();
  const records = await sandbox.persona.decide(
    await openInquiry(sandbox),
    { outcome: 'approve' },
    { copies: 3 },
  );
  expect(records.map(({ state }) => state)).toEqual(['accepted', 'accepted', 'accepted']);
  expect(new Set(receiver.received.map(({ body }) => body.toString())).size).toBe(1);
});

it('A decision with badSignature sends a well-formed signature that is wrong', async () => {
  const { sandbox, receiver } = await start();
  await sandbox.veriff.decide(await openSession(sandbox), { outcome: 'approve' }, { badSignature: true });
  const signature = receiver.received[0]?.headers['x-hmac-signature'];
  expect(signature).toMatch(/^[0-9a-f]{64}$/);
  expect(signature).not.toBe(
    hmac(setting(sandbox, 'VERIFF_SHARED_SECRETS'), receiver.received[0]?.body ?? ''),
  );
});

it('Closing the sandbox ends the wait for the next attempt', async () => {
  const receiver = await openReceiver(() => 500);
  opened.push(receiver);
  const sandbox = await startSandbox({ webhookUrl: receiver.url, retryDelaysMs: [3_600_000] });
  const decided = sandbox.veriff.decide(
    await openSession(sandbox),
    { outcome: 'approve' },
    { delayMs: 3_600_000 },
  );
  await sandbox.close();
  expect(await decided).toMatchObject([{ state: 'given_up', attempts: [] }]);
});

it('A provider misbehaves for the given number of calls and records all calls', async () => {
  const { sandbox } = await start();
  sandbox.veriff.misbehave({ status: 503, body: 'down', headers: { 'retry-after': '7' }, times: 1 });
  const url = `${setting(sandbox, 'VERIFF_API_URL')}/sessions`;
  const broken = await fetch(url, { method: 'POST', body: '{}' });
  expect([broken.status, broken.headers.get('retry-after'), await broken.text()]).toEqual([503, '7', 'down']);
  sandbox.veriff.misbehave({ disconnect: true });
  await expect(fetch(url, { method: 'POST', body: '{}' })).rejects.toThrow();
  sandbox.veriff.behave();
  expect((await openVeriffSession(sandbox)).status).toBe(201);
  expect(sandbox.veriff.calls().map(({ method, path, status }) => [method, path, status])).toEqual([
    ['POST', '/veriff/v1/sessions', 503],
    ['POST', '/veriff/v1/sessions', 0],
    ['POST', '/veriff/v1/sessions', 201],
  ]);
});
