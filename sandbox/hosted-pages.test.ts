import { startSandbox } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';
import { openVeriffSession, personaCall, personaInquiry } from './test-support/calls.ts';
import { openReceiver } from './test-support/receiver.ts';
import type { Receiver } from './test-support/receiver.ts';

let sandbox: Sandbox;
let receiver: Receiver;
beforeAll(async () => {
  receiver = await openReceiver();
  sandbox = await startSandbox({ webhookUrl: receiver.url });
});
afterAll(() => Promise.all([sandbox.close(), receiver.close()]));

const decide = (url: string, form: Record<string, string>) =>
  fetch(url, { method: 'POST', body: new URLSearchParams(form) });

it("offers the provider's own reasons", async () => {
  const url = String((await openVeriffSession(sandbox)).json['verification']?.['url']);
  const page = await (await fetch(url)).text();
  expect(page).toContain('Suspected document tampering');
  expect(page).toContain('<label for="reason-resubmit">');
});

it('sends the webhook, shows the answer and leads back', async () => {
  const reply = await openVeriffSession(sandbox, { callback: 'https://app.example/back?a=1&b=2' });
  const page = await decide(String(reply.json['verification']?.['url']), {
    outcome: 'decline',
    reason: '105',
  });
  const text = await page.text();
  expect(text).toContain('The webhook declined was accepted');
  expect(text).toContain('answered 200');
  expect(text).toContain('href="https://app.example/back?a=1&#38;b=2"');
  expect(JSON.parse(String(receiver.received.at(-1)?.body)).verification.reasonCode).toBe(105);
});

it('escapes what the platform gave', async () => {
  const reply = await openVeriffSession(sandbox, { vendorData: '<script>alert(1)</script>' });
  const page = await (await fetch(String(reply.json['verification']?.['url']))).text();
  expect(page).not.toContain('<script>');
});

it('refuses what the page does not offer, and sessions that are not there', async () => {
  const url = String((await openVeriffSession(sandbox)).json['verification']?.['url']);
  expect((await decide(url, { outcome: 'fail' })).status).toBe(400);
  expect((await fetch(`${sandbox.url}/hosted/veriff/none`)).status).toBe(404);
  expect((await fetch(`${sandbox.url}/hosted/jumio/none`)).status).toBe(404);
});

it("opens Persona's one-time link, but no started inquiry without one", async () => {
  const body = personaInquiry(sandbox, { 'auto-create-one-time-link': true });
  const created = await personaCall(sandbox, 'POST', '/inquiries', { body });
  const link = String(created.json['meta']?.['one-time-link']);
  sandbox.persona.webhookFor(String(created.json['data']?.['id']), { outcome: 'start' });
  expect((await fetch(link)).status).toBe(200);
  expect((await fetch(link.split('?')[0] ?? '')).status).toBe(403);
  expect((await fetch(`${link}x`)).status).toBe(403);
});
