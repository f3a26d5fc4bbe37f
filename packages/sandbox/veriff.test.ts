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
  it('Veriff responds with 201, the documented fields and a signature', async () => {
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
    ['an X-AUTH-CLIENT that is not a UUID', { 'x-auth-client': 'key' }, '1802'],
    ['an unknown integration', { 'x-auth-client': '12df6045-3846-3e45-946a-14fa6136d78b' }, '1803'],
    ['no signature', { 'x-hmac-signature': '' }, '1812'],
    ['a signature that is not a digest', { 'x-hmac-signature': 'abc' }, '1812'],
    ['a signature over other bytes', { 'x-hmac-signature': hmac('other', empty) }, '1819'],
  ])('Veriff rejects a call with %s', async (_case, headers, code) => {
    const reply = await veriffCall(sandbox, 'POST', '/sessions', empty, headers);
    expect(reply.status).toBe(401);
    expect(reply.json).toMatchObject({ status: 'fail', code });
  });

  it.each([
    ['an unknown attribute', { lang: 'en' }, '1104'],
    ['an unknown attribute of the person', { person: { name: 'Jane' } }, '1104'],
    ['a callback without https', { callback: 'http://127.0.0.1/back' }, '1302'],
    ['vendorData that is not a string', { vendorData: 42 }, '1501'],
    ['vendorData of 1001 characters', { vendorData: 'x'.repeat(1001) }, '1500'],
    ['an endUserId that is not a UUID', { endUserId: 'user_42' }, '1104'],
    ['an unknown document type', { document: { type: 'LIBRARY_CARD' } }, '1104'],
  ])('Veriff rejects a session with %s', async (_case, verification, code) => {
    const reply = await openVeriffSession(sandbox, verification);
    expect(reply.status).toBe(400);
    expect(reply.json).toMatchObject({ status: 'fail', code });
  });

  it('Veriff rejects a body without verification', async () => {
    expect((await veriffCall(sandbox, 'POST', '/sessions', '{}')).json).toMatchObject({ code: '1102' });
  });
});

describe("reading a Veriff session's decision", () => {
  const open = async () => String((await openVeriffSession(sandbox)).json['verification']?.['id']);

  it('Veriff returns no verification before the decision', async () => {
    const id = await open();
    sandbox.veriff.webhookFor(id, { outcome: 'submit' });
    const reply = await veriffCall(sandbox, 'GET', `/sessions/${id}/decision`, id);
    expect(reply.status).toBe(200);
    expect(reply.json).toMatchObject({ status: 'success', verification: null });
  });

  it('Veriff returns the bytes of the decision webhook after the decision', async () => {
    const id = await open();
    const webhook = sandbox.veriff.webhookFor(id, { outcome: 'decline', reason: '106' });
    const reply = await veriffCall(sandbox, 'GET', `/sessions/${id}/decision`, id);
    expect(reply.text).toBe(webhook.body.toString());
    expect(reply.json['verification']).toMatchObject({ status: 'declined', code: 9102, reasonCode: 106 });
  });

  it('Veriff rejects a read whose signature does not cover the session id', async () => {
    const id = await open();
    const reply = await veriffCall(sandbox, 'GET', `/sessions/${id}/decision`, '{}');
    expect(reply.json).toMatchObject({ status: 'fail', code: '1818' });
  });

  it('Veriff returns 404 for unknown sessions', async () => {
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
  ] as const)('Veriff reports the outcome "%s" as %s with code %d', async (outcome, status, code) => {
    const { body } = sandbox.veriff.webhookFor(await open(), { outcome });
    expect(JSON.parse(body.toString()).verification).toMatchObject({ status, code, vendorData: 'user_42' });
  });

  it('Veriff reports a start and a submission as events with the id at the top level', async () => {
    const id = await open();
    const started = JSON.parse(sandbox.veriff.webhookFor(id, { outcome: 'start' }).body.toString());
    expect(started).toMatchObject({ id, code: 7001, action: 'started', vendorData: 'user_42' });
    const submitted = JSON.parse(sandbox.veriff.webhookFor(id, { outcome: 'submit' }).body.toString());
    expect(submitted).toMatchObject({ id, code: 7002, action: 'submitted' });
  });

  it('A Veriff webhook carries personal data and numbers that lose their spelling when re-serialized', async () => {
    const body = sandbox.veriff.webhookFor(await open(), { outcome: 'approve' }).body.toString();
    expect(body).toContain('"score":0.50');
    expect(body).toContain(CANARIES.firstName);
    expect(body).toContain(CANARIES.documentNumber);
  });

  it('A Veriff webhook names a new attempt after a resubmission request', async () => {
    const id = await open();
    const attempt = (body: Buffer) => JSON.parse(body.toString()).verification.attemptId;
    const first = attempt(sandbox.veriff.webhookFor(id, { outcome: 'resubmit' }).body);
    const second = attempt(sandbox.veriff.webhookFor(id, { outcome: 'approve' }).body);
    expect(second).not.toBe(first);
  });

  it('Veriff rejects an outcome or reason that it does not have, and keeps the session unchanged', async () => {
    const id = await open();
    expect(() => sandbox.veriff.webhookFor(id, { outcome: 'fail' })).toThrow('Veriff has no "fail"');
    expect(() => sandbox.veriff.webhookFor(id, { outcome: 'decline', reason: '204' })).toThrow('204');
    expect(sandbox.veriff.sessions().find((session) => session.id === id)?.status).toBe('created');
  });
});
