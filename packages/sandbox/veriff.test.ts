import { CANARIES, startSandbox } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';
import { hmac, openVeriffSession, setting, veriffCall } from './test-support/calls.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const empty = JSON.stringify({ verification: {} });

describe('creating a Veriff session', () => {
  it('answers 201 with the documented shape, signed', async () => {
    const reply = await openVeriffSession(sandbox, {
      vendorData: 'user_42',
      callback: 'https://app.example/back',
    });
    expect(reply.status).toBe(201);
    const id = String(reply.json['verification']?.['id']);
    expect(reply.json).toEqual({
      status: 'success',
      verification: {
        id,
        url: `${sandbox.url}/hosted/veriff/${id}`,
        vendorData: 'user_42',
        endUserId: null,
        host: sandbox.url,
        status: 'created',
        sessionToken: expect.any(String),
      },
    });
    expect(reply.headers.get('x-auth-client')).toBe(setting(sandbox, 'VERIFF_API_KEY'));
    expect(reply.headers.get('x-hmac-signature')).toBe(
      hmac(setting(sandbox, 'VERIFF_SHARED_SECRETS'), reply.text),
    );
    expect(reply.headers.get('vrf-hmac-signature')).toBe(reply.headers.get('x-hmac-signature'));
  });

  it.each([
    ['no X-AUTH-CLIENT', { 'x-auth-client': '' }, '1801'],
    ['an X-AUTH-CLIENT that is no UUID', { 'x-auth-client': 'key' }, '1802'],
    ['an unknown integration', { 'x-auth-client': '12df6045-3846-3e45-946a-14fa6136d78b' }, '1803'],
    ['no signature', { 'x-hmac-signature': '' }, '1812'],
    ['a signature that is no digest', { 'x-hmac-signature': 'abc' }, '1812'],
    ['a signature over other bytes', { 'x-hmac-signature': hmac('other', empty) }, '1819'],
  ])('refuses %s', async (_what, headers, code) => {
    const reply = await veriffCall(sandbox, 'POST', '/sessions', empty, headers);
    expect(reply.status).toBe(401);
    expect(reply.json).toMatchObject({ status: 'fail', code });
  });

  it.each([
    ['an unknown attribute', { lang: 'en' }, '1104'],
    ['an unknown attribute of the person', { person: { name: 'Jane' } }, '1104'],
    ['a callback without https', { callback: 'http://127.0.0.1/back' }, '1302'],
    ['vendorData that is no string', { vendorData: 42 }, '1501'],
    ['vendorData of 1001 characters', { vendorData: 'x'.repeat(1001) }, '1500'],
    ['an endUserId that is no UUID', { endUserId: 'user_42' }, '1104'],
    ['an unknown document type', { document: { type: 'LIBRARY_CARD' } }, '1104'],
  ])('refuses %s', async (_what, verification, code) => {
    const reply = await openVeriffSession(sandbox, verification);
    expect(reply.status).toBe(400);
    expect(reply.json).toMatchObject({ status: 'fail', code });
  });

  it('refuses a body without verification', async () => {
    expect((await veriffCall(sandbox, 'POST', '/sessions', '{}')).json).toMatchObject({ code: '1102' });
  });
});

describe("reading a Veriff session's decision", () => {
  const open = async () => String((await openVeriffSession(sandbox)).json['verification']?.['id']);

  it('has no verification until something is decided', async () => {
    const id = await open();
    sandbox.veriff.webhookFor(id, { outcome: 'submit' });
    const reply = await veriffCall(sandbox, 'GET', `/sessions/${id}/decision`, id);
    expect(reply.status).toBe(200);
    expect(reply.json).toMatchObject({ status: 'success', verification: null });
  });

  it('gives the bytes of the decision webhook afterwards', async () => {
    const id = await open();
    const webhook = sandbox.veriff.webhookFor(id, { outcome: 'decline', reason: '106' });
    const reply = await veriffCall(sandbox, 'GET', `/sessions/${id}/decision`, id);
    expect(reply.text).toBe(webhook.body.toString());
    expect(reply.json['verification']).toMatchObject({ status: 'declined', code: 9102, reasonCode: 106 });
  });

  it('refuses a signature over anything but the session id', async () => {
    const id = await open();
    const reply = await veriffCall(sandbox, 'GET', `/sessions/${id}/decision`, '{}');
    expect(reply.json).toMatchObject({ status: 'fail', code: '1818' });
  });

  it('knows nothing of other sessions', async () => {
    const stranger = '12df6045-3846-4e45-946a-14fa6136d78b';
    const reply = await veriffCall(sandbox, 'GET', `/sessions/${stranger}/decision`, stranger);
    expect(reply.status).toBe(404);
    expect((await veriffCall(sandbox, 'GET', '/sessions/x/decision', 'x')).json).toMatchObject({
      code: '1002',
    });
  });
});

describe("Veriff's webhooks", () => {
  const open = async () =>
    String((await openVeriffSession(sandbox, { vendorData: 'user_42' })).json['verification']?.['id']);

  it.each([
    ['approve', 'approved', 9001],
    ['decline', 'declined', 9102],
    ['resubmit', 'resubmission_requested', 9103],
    ['expire', 'expired', 9104],
    ['abandon', 'abandoned', 9104],
    ['review', 'review', 9121],
  ] as const)('tell of "%s" as %s, %d', async (outcome, status, code) => {
    const { body } = sandbox.veriff.webhookFor(await open(), { outcome });
    expect(JSON.parse(body.toString()).verification).toMatchObject({ status, code, vendorData: 'user_42' });
  });

  it('tell of a start and a submission as events, with the id at the top', async () => {
    const id = await open();
    const started = JSON.parse(sandbox.veriff.webhookFor(id, { outcome: 'start' }).body.toString());
    expect(started).toMatchObject({ id, code: 7001, action: 'started', vendorData: 'user_42' });
    const submitted = JSON.parse(sandbox.veriff.webhookFor(id, { outcome: 'submit' }).body.toString());
    expect(submitted).toMatchObject({ id, code: 7002, action: 'submitted' });
  });

  it('carry what only an exact reader keeps, and personal data', async () => {
    const body = sandbox.veriff.webhookFor(await open(), { outcome: 'approve' }).body.toString();
    expect(body).toContain('"score":0.50');
    expect(body).toContain(CANARIES.firstName);
    expect(body).toContain(CANARIES.documentNumber);
  });

  it('name a new attempt after a resubmission was asked for', async () => {
    const id = await open();
    const attempt = (body: Buffer) => JSON.parse(body.toString()).verification.attemptId;
    const first = attempt(sandbox.veriff.webhookFor(id, { outcome: 'resubmit' }).body);
    const second = attempt(sandbox.veriff.webhookFor(id, { outcome: 'approve' }).body);
    expect(second).not.toBe(first);
  });

  it("refuse what is not in Veriff's vocabulary, and move nothing", async () => {
    const id = await open();
    expect(() => sandbox.veriff.webhookFor(id, { outcome: 'fail' })).toThrow('Veriff has no "fail"');
    expect(() => sandbox.veriff.webhookFor(id, { outcome: 'decline', reason: '204' })).toThrow('204');
    expect(sandbox.veriff.sessions().find((session) => session.id === id)?.status).toBe('created');
  });
});
