import { PROVIDER_NAMES, PROVIDERS } from './providers.ts';
import { startSandbox } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';
import { call, hmac, openVeriffSession, personaCall, personaInquiry, setting } from './test-support/calls.ts';
import type { Json } from './test-support/calls.ts';
import { DRIVERS } from './test-support/drivers.ts';
import { openReceiver } from './test-support/receiver.ts';
import type { Received, Receiver } from './test-support/receiver.ts';

let sandbox: Sandbox;
let receiver: Receiver;
beforeEach(async () => {
  receiver = await openReceiver();
  sandbox = await startSandbox({ webhookUrl: receiver.url, retryDelaysMs: [] });
});
afterEach(() => Promise.all([sandbox.close(), receiver.close()]));

function post(path: string, body: object): Promise<{ status: number; json: Json }> {
  return call(`${sandbox.url}/sandbox${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

const openSession = async () => String((await openVeriffSession(sandbox)).json['verification']?.['id']);
async function openInquiry(): Promise<string> {
  const reply = await personaCall(sandbox, 'POST', '/inquiries', { body: personaInquiry(sandbox) });
  return String(reply.json['data']?.['id']);
}
const parsed = ({ body }: Received) => JSON.parse(String(body)) as Json;
const isSignedBy = (secret: string, { headers, body }: Received) =>
  headers['x-hmac-signature'] === hmac(secret, body);

it('A redelivery sends the same bytes, signed with the current secret', async () => {
  const [first] = await sandbox.veriff.decide(await openSession(), { outcome: 'approve' });
  const fresh = sandbox.veriff.rotateSecret();
  const { json } = await post(`/veriff/deliveries/${first?.id}/redelivery`, { copies: 2 });
  expect(json['deliveries']).toMatchObject([{ state: 'accepted' }, { state: 'accepted' }]);
  const [before, ...after] = receiver.received;
  expect(after.map(({ body }) => body)).toEqual([before?.body, before?.body]);
  expect(after.every((webhook) => isSignedBy(fresh, webhook))).toBe(true);
  expect(sandbox.veriff.deliveries()).toHaveLength(3);
});

it('A redelivery with bad_signature has a wrong signature', async () => {
  const [first] = await sandbox.veriff.decide(await openSession(), { outcome: 'approve' });
  await post(`/veriff/deliveries/${first?.id}/redelivery`, { bad_signature: true });
  const again = receiver.received.at(-1) as Received;
  expect(isSignedBy(setting(sandbox, 'VERIFF_SHARED_SECRETS'), again)).toBe(false);
});

it('A provider does not redeliver a delivery of another provider', async () => {
  const [first] = await sandbox.veriff.decide(await openSession(), { outcome: 'approve' });
  expect((await post(`/persona/deliveries/${first?.id}/redelivery`, {})).status).toBe(404);
});

it('Reordered events arrive in reverse and are one second apart on the clock of the provider', async () => {
  const id = await openInquiry();
  const { json } = await post(`/persona/sessions/${id}/reordered`, {
    outcomes: ['start', 'submit', 'approve'],
  });
  expect(json['deliveries']).toMatchObject([{}, {}, {}]);
  const events = receiver.received.map((webhook) => parsed(webhook)['data']?.['attributes'] as Json);
  expect(events.map((event) => event['name'])).toEqual([
    'inquiry.approved',
    'inquiry.completed',
    'inquiry.started',
  ]);
  const times = events.map((event) => Date.parse(String(event['created-at'])));
  expect(times.map((time) => (times[0] ?? 0) - time)).toEqual([0, 1000, 2000]);
  expect(sandbox.persona.sessions()).toMatchObject([{ id, status: 'approved' }]);
});

it('A reordering with an impossible event does not change the session', async () => {
  const id = await openInquiry();
  const { status } = await post(`/persona/sessions/${id}/reordered`, { outcomes: ['approve', 'resubmit'] });
  expect(status).toBe(400);
  expect(sandbox.persona.sessions()).toMatchObject([{ status: 'created' }]);
  expect(receiver.received).toEqual([]);
});

it('A foreign Veriff webhook looks like one of another integration and does not change the session', async () => {
  const id = await openSession();
  const { json } = await post(`/veriff/sessions/${id}/foreign`, { outcome: 'approve' });
  const [webhook] = receiver.received as [Received];
  expect(parsed(webhook)['verification']).toMatchObject({ id, status: 'approved' });
  expect(webhook.headers['x-auth-client']).not.toBe(setting(sandbox, 'VERIFF_API_KEY'));
  expect(webhook.headers['x-auth-client']).toBe(webhook.headers['vrf-auth-client']);
  expect(isSignedBy(setting(sandbox, 'VERIFF_SHARED_SECRETS'), webhook)).toBe(false);
  expect(sandbox.veriff.sessions()).toMatchObject([{ status: 'created' }]);

  // A redelivery of a foreign webhook is also foreign.
  await post(`/veriff/deliveries/${String(json['deliveries']?.[0]?.['id'])}/redelivery`, {});
  expect(receiver.received[1]?.headers['x-hmac-signature']).toBe(webhook.headers['x-hmac-signature']);
});

it.each(PROVIDER_NAMES)('A foreign webhook of %s is signed with a different secret', async (name) => {
  const { id } = await DRIVERS[name].open(sandbox);
  const before = sandbox[name].sessions();
  await post(`/${name}/sessions/${id}/foreign`, { outcome: 'approve' });
  const [{ headers, body }] = receiver.received as [Received];
  const header = PROVIDERS[name].signatureHeader;
  const t = /t=(\d+)/.exec(String(headers[header]))?.[1];
  const own = sandbox[name].sign(body, t === undefined ? {} : { at: new Date(Number(t) * 1000) });
  expect(headers[header]).not.toBe(own[header]);
  expect(sandbox[name].sessions()).toEqual(before);
});
