import { decodeJwt } from 'jose';
import { startSandbox } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';
import { call, openOnfidoRun, openVeriffSession } from './test-support/calls.ts';
import type { Reply } from './test-support/calls.ts';
import { openReceiver } from './test-support/receiver.ts';
import type { Receiver } from './test-support/receiver.ts';

let sandbox: Sandbox;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await openReceiver();
  sandbox = await startSandbox({ retryDelaysMs: [] });
});
afterAll(() => Promise.all([sandbox.close(), receiver.close()]));

function send(method: string, path: string, body?: unknown): Promise<Reply> {
  return call(`${sandbox.url}${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
}

it('GET /sandbox lists the routes of the control API', async () => {
  const index = await fetch(`${sandbox.url}/sandbox`);
  expect(await index.text()).toContain('/sandbox/{provider}/sessions/{id}/decision');
});

it('The control API issues access tokens', async () => {
  const { json } = await send('POST', '/sandbox/tokens', { sub: 'user_42', email: 'jane@example.org' });
  expect(decodeJwt(String(json['token']))).toMatchObject({ sub: 'user_42', email: 'jane@example.org' });
});

it('The control API decides a session and lists calls, sessions and deliveries', async () => {
  await send('PUT', '/sandbox/webhook-url', { url: receiver.url });
  const id = String((await openVeriffSession(sandbox)).json['verification']?.['id']);
  const at = '2026-03-04T10:20:30.123Z';
  const decided = await send('POST', `/sandbox/veriff/sessions/${id}/decision`, {
    outcome: 'decline',
    reason: '106',
    copies: 2,
    at,
  });
  expect(decided.json['deliveries']).toMatchObject([{ state: 'accepted' }, { state: 'accepted' }]);
  expect(JSON.parse(String(receiver.received[0]?.body)).verification.decisionTime).toBe(at);
  expect((await send('GET', '/sandbox/veriff/sessions')).json).toMatchObject({
    sessions: [{ id, status: 'declined' }],
  });
  expect((await send('GET', '/sandbox/veriff/calls')).json).toMatchObject({ calls: [{ status: 201 }] });
  expect((await send('GET', '/sandbox/veriff/deliveries')).json).toMatchObject({ deliveries: [{}, {}] });
});

it('The control API completes an Onfido check', async () => {
  const run = await openOnfidoRun(sandbox);
  const path = `/sandbox/onfido/sessions/${String(run.json['id'])}/check`;
  const reply = await send('POST', path, { result: 'consider', move_run: false });
  expect(reply.json['deliveries']).toMatchObject([{ type: 'check.completed' }]);
});

it('The control API makes a provider misbehave and restores it', async () => {
  expect((await send('POST', '/sandbox/veriff/misbehavior', { status: 500 })).status).toBe(204);
  expect((await fetch(`${sandbox.url}/veriff/v1/sessions`, { method: 'POST' })).status).toBe(500);
  expect((await send('DELETE', '/sandbox/veriff/misbehavior')).status).toBe(204);
  expect((await openVeriffSession(sandbox)).status).toBe(201);
});

it('The control API lists and deletes mails', async () => {
  expect((await send('GET', '/sandbox/mails')).json).toEqual({ mails: [] });
  expect((await send('DELETE', '/sandbox/mails')).status).toBe(204);
});

it('The control API rotates a webhook secret', async () => {
  const { json } = await send('POST', '/sandbox/persona/secret-rotation');
  expect(sandbox.environment['PERSONA_WEBHOOK_SECRETS']?.split(',')[0]).toBe(json['secret']);
});

it.each([
  ['an unknown outcome', '/sandbox/veriff/sessions/x/decision', { outcome: 'maybe' }, 400],
  ['an unknown option', '/sandbox/veriff/sessions/x/decision', { outcome: 'approve', copy: 2 }, 400],
  [
    'a decision that the provider does not know',
    '/sandbox/veriff/sessions/x/decision',
    { outcome: 'fail' },
    400,
  ],
  ['an unknown session', '/sandbox/veriff/sessions/x/decision', { outcome: 'approve' }, 404],
  ['an unknown provider', '/sandbox/jumio/sessions/x/decision', { outcome: 'approve' }, 400],
  [
    'a reordering of a single decision',
    '/sandbox/veriff/sessions/x/reordered',
    { outcomes: ['approve'] },
    400,
  ],
  [
    'an unknown outcome of a foreign session',
    '/sandbox/veriff/sessions/x/foreign',
    { outcome: 'maybe' },
    400,
  ],
  ['the redelivery of an unknown delivery', '/sandbox/veriff/deliveries/x/redelivery', {}, 404],
  ['a redelivery with zero copies', '/sandbox/veriff/deliveries/x/redelivery', { copies: 0 }, 400],
  ['a token request without a subject', '/sandbox/tokens', {}, 400],
  ['an unknown path', '/sandbox/nothing', {}, 404],
])('The control API rejects %s with a message', async (_case, path, body, status) => {
  const reply = await send('POST', path, body);
  expect(reply.status).toBe(status);
  expect(reply.json).toEqual({ error: expect.any(String) });
});
