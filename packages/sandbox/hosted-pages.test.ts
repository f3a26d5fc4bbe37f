import { startSandbox } from './sandbox.ts';
import type { ProviderName, Sandbox } from './sandbox.ts';
import { openVeriffSession, personaCall, personaInquiry } from './test-support/calls.ts';
import { DRIVERS } from './test-support/drivers.ts';
import { openReceiver } from './test-support/receiver.ts';
import type { Receiver } from './test-support/receiver.ts';
import { PROVIDER_NAMES } from './providers.ts';

let sandbox: Sandbox;
let receiver: Receiver;
beforeEach(async () => {
  receiver = await openReceiver();
  sandbox = await startSandbox({ webhookUrl: receiver.url, retryDelaysMs: [] });
});
afterEach(() => Promise.all([sandbox.close(), receiver.close()]));

const RETURN_URL = 'https://app.example/back?a=1&b=2';
/** Opens a session and returns the address of its hosted page. */
const open = async (name: ProviderName): Promise<string> =>
  (await DRIVERS[name].open(sandbox, RETURN_URL)).url;
const openAtVeriff = async (verification: object): Promise<string> =>
  String((await openVeriffSession(sandbox, verification)).json['verification']?.['url']);

const read = async (url: string) => (await fetch(url)).text();
const send = (url: string, form: Record<string, string>) =>
  fetch(url, { method: 'POST', body: new URLSearchParams(form), redirect: 'manual' });
const types = () => PROVIDER_NAMES.flatMap((name) => sandbox[name].deliveries().map(({ type }) => type));

it.each(PROVIDER_NAMES)(
  'The hosted page of %s leads the user through document and selfie and sends its events',
  async (name) => {
    const sent = DRIVERS[name].pageEvents;
    const url = await open(name);
    expect(await read(url)).toMatch(/<h1>Show your document<[^]*Use sample picture/);
    expect(types()).toEqual(sent.slice(0, 1));
    expect(await (await send(url, { step: 'document', type: 'passport' })).text()).toContain(
      '<h1>Take a selfie<',
    );
    const last = await (await send(url, { step: 'selfie' })).text();
    expect(last).toContain('<h1>Your verification is in progress<');
    expect(last).toContain('href="https://app.example/back?a=1&#38;b=2');
    expect(types()).toEqual(sent);
  },
);

it('A hosted page sends no event twice when it is reloaded or a form is sent again', async () => {
  const url = await open('veriff');
  await read(url);
  await read(url);
  await send(url, { step: 'selfie' });
  await send(url, { step: 'selfie' });
  expect(types()).toEqual(['started', 'submitted']);
});

it.each(PROVIDER_NAMES)(
  'A decision on the hosted page of %s returns the user to the platform',
  async (name) => {
    const url = await open(name);
    const answer = await send(url, { outcome: 'approve' });
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toMatch(/^https:\/\/app\.example\/back\?a=1&b=2/);
    expect(sandbox[name].sessions()).toMatchObject([{ status: 'approved' }]);
    expect(receiver.received).toHaveLength(1);
  },
);

it("A hosted page offers the provider's own reasons and sends the chosen one", async () => {
  const url = await open('veriff');
  const page = await read(url);
  expect(page).toContain('Suspected document tampering');
  expect(page).toContain('<label for="reason-resubmit">');
  await send(url, { outcome: 'decline', reason: '105' });
  expect(JSON.parse(String(receiver.received.at(-1)?.body)).verification.reasonCode).toBe(105);
});

it('A hosted page stays open after a review, which can still be approved or declined', async () => {
  const url = await open('persona');
  const review = await send(url, { outcome: 'review' });
  expect(review.status).toBe(200);
  expect(await review.text()).toMatch(
    /inquiry\.marked-for-review<\/code>: 200[^]*<button type="submit">Approve</,
  );
  expect((await send(url, { outcome: 'decline' })).status).toBe(303);
  expect(sandbox.persona.sessions()).toMatchObject([{ status: 'declined' }]);
});

it('A hosted page takes the pictures again after Veriff has requested a resubmission', async () => {
  const url = await open('veriff');
  await send(url, { outcome: 'resubmit', reason: '204' });
  expect(await read(url)).toMatch(/<h1>Show your document<[^]*a selfie again/);
  await send(url, { step: 'selfie' });
  expect(types()).toEqual(['resubmission_requested', 'started', 'submitted']);
});

it('A hosted page offers the user nothing to do after the session has ended', async () => {
  const url = await open('onfido');
  await send(url, { outcome: 'abandon' });
  const page = await read(url);
  expect(page).toContain('<h1>This verification is over<');
  expect(page).not.toContain('Use sample picture');
});

it('A Veriff session without a return URL uses the return URL of the integration', async () => {
  const here = await send(await openAtVeriff({}), { outcome: 'approve' });
  expect(here.headers.get('location')).toBe(`${sandbox.url}/app/return`);
});

it('The return URL of sessions without one is an option of the sandbox', async () => {
  await sandbox.close();
  sandbox = await startSandbox({ returnUrl: 'https://elsewhere.example/done' });
  const there = await send(await openAtVeriff({}), { outcome: 'approve' });
  expect(there.headers.get('location')).toBe('https://elsewhere.example/done');
});

it('A hosted page does not wait for a gateway that does not respond', async () => {
  sandbox.deliverTo(`${sandbox.url}/onfido/v3.6/applicants`);
  sandbox.onfido.misbehave({ delayMs: 60_000 });
  const answer = await send(await open('veriff'), { outcome: 'approve' });
  expect(answer.status).toBe(303);
  expect(sandbox.veriff.deliveries()).toMatchObject([{ state: 'pending' }]);
});

it('A hosted page does not follow a return address that is not a web address', async () => {
  const body = personaInquiry(sandbox, {}, { 'redirect-uri': 'javascript:alert(1)' });
  const created = await personaCall(sandbox, 'POST', '/inquiries', { body });
  const url = `${sandbox.url}/hosted/persona/${String(created.json['data']?.['id'])}`;
  expect((await send(url, { outcome: 'approve' })).status).toBe(200);
});

it('The policy of a hosted page allows only its own origin and the return address', async () => {
  const answer = await fetch(await open('veriff'));
  const policy = answer.headers.get('content-security-policy');
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("frame-ancestors 'self'");
  expect(policy).toContain("form-action 'self' https://app.example;");
  expect(await answer.text()).not.toMatch(/<script|style="|src="|url\(/);
  const style = await fetch(`${sandbox.url}/hosted/style.css`);
  expect(style.headers.get('content-type')).toMatch(/^text\/css/);
  expect(await style.text()).not.toMatch(/@import|url\(/);
});

it('A hosted page escapes the values of the platform', async () => {
  expect(await read(await openAtVeriff({ vendorData: '<script>alert(1)</script>' }))).not.toContain(
    '<script>',
  );
});

it('A hosted page rejects choices it does not offer and unknown sessions', async () => {
  expect((await send(await open('veriff'), { outcome: 'fail' })).status).toBe(400);
  expect((await fetch(`${sandbox.url}/hosted/veriff/none`)).status).toBe(404);
  expect((await fetch(`${sandbox.url}/hosted/jumio/none`)).status).toBe(404);
});

it('A started Persona inquiry opens only through a one-time link', async () => {
  const link = await open('persona');
  expect((await fetch(link)).status).toBe(200);
  expect((await fetch(link)).status).toBe(200);
  expect((await fetch(link.split('?')[0] ?? '')).status).toBe(403);
  expect((await fetch(`${link}x`)).status).toBe(403);
});
