import { CANARIES, startSandbox } from './sandbox.ts';
import type { EmulatedProvider, Sandbox } from './sandbox.ts';
import { onfidoCall, openOnfidoRun, openVeriffSession, personaCall } from './test-support/calls.ts';
import { call, personaInquiry, veriffCall } from './test-support/calls.ts';
import type { Reply } from './test-support/calls.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ retryDelaysMs: [] });
});
afterEach(() => sandbox.close());

const sent = (provider: EmulatedProvider) => provider.deliveries().map(({ type }) => type);
const isErased = (provider: EmulatedProvider, id: string) =>
  provider.sessions().find((session) => session.id === id)?.isErased;

describe('Persona', () => {
  const meta = { 'auto-create-account-reference-id': 'user_42' };
  const fields = { 'name-first': CANARIES.firstName };

  async function approved(): Promise<{ id: string; account: string }> {
    const { json } = await personaCall(sandbox, 'POST', '/inquiries', {
      body: personaInquiry(sandbox, meta, { fields, note: CANARIES.lastName, tags: ['vip'] }),
    });
    const id = String(json['data']?.['id']);
    sandbox.persona.webhookFor(id, { outcome: 'approve' });
    return { id, account: String(json['data']?.['relationships']?.['account']?.['data']?.['id']) };
  }

  it('redacts an inquiry: what is personal goes, status, times and reference stay', async () => {
    const { id } = await approved();
    const reply = await personaCall(sandbox, 'DELETE', `/inquiries/${id}`);
    expect(reply.status).toBe(200);
    expect(reply.json['data']?.['attributes']).toMatchObject({
      status: 'approved',
      'reference-id': 'user_42',
      'decisioned-at': expect.any(String),
      'redacted-at': expect.any(String),
      note: null,
      tags: [],
      fields: { 'name-first': { type: 'string', value: null } },
    });
    const read = await personaCall(sandbox, 'GET', `/inquiries/${id}`);
    for (const personal of Object.values(CANARIES)) expect(read.text).not.toContain(personal);
    expect(sent(sandbox.persona)).toEqual(['inquiry.redacted']);
  });

  it('redacts no inquiry twice, and lets nobody back into it', async () => {
    const { json } = await personaCall(sandbox, 'POST', '/inquiries', {
      body: personaInquiry(sandbox, { ...meta, 'auto-create-one-time-link': true }),
    });
    const id = String(json['data']?.['id']);
    await personaCall(sandbox, 'DELETE', `/inquiries/${id}`);
    for (const [method, path] of [
      ['DELETE', ''],
      ['POST', '/resume'],
      ['POST', '/generate-one-time-link'],
    ] as const) {
      expect((await personaCall(sandbox, method, `/inquiries/${id}${path}`)).status).toBe(409);
    }
    expect((await fetch(String(json['meta']?.['one-time-link']))).status).toBe(403);
    await expect(sandbox.persona.decide(id, { outcome: 'start' })).rejects.toThrow('redacted');
  });

  it("keeps the verified person's data in the account until that is redacted, with its inquiries", async () => {
    const { id, account } = await approved();
    const { id: other } = await approved();
    await personaCall(sandbox, 'DELETE', `/inquiries/${id}`);
    const before = await personaCall(sandbox, 'GET', `/accounts/${account}`);
    expect(before.text).toContain(CANARIES.lastName);
    expect(isErased(sandbox.persona, id)).toBe(false);

    const reply = await personaCall(sandbox, 'DELETE', `/accounts/${account}`);
    expect(reply.status).toBe(200);
    const read = await personaCall(sandbox, 'GET', `/accounts/${account}`);
    expect(read.json['data']?.['attributes']).toMatchObject({
      'reference-id': null,
      'redacted-at': expect.any(String),
    });
    for (const personal of Object.values(CANARIES)) expect(read.text).not.toContain(personal);
    for (const each of [id, other]) {
      expect(isErased(sandbox.persona, each)).toBe(true);
      const inquiry = await personaCall(sandbox, 'GET', `/inquiries/${each}`);
      expect(inquiry.json['data']?.['attributes']?.['reference-id']).toBeNull();
    }
    expect(sent(sandbox.persona)).toEqual(['inquiry.redacted', 'account.redacted', 'inquiry.redacted']);
  });

  it('makes a new account for a user whose account was redacted', async () => {
    const { account } = await approved();
    await personaCall(sandbox, 'DELETE', `/accounts/${account}`);
    expect((await approved()).account).not.toBe(account);
  });

  it('knows nothing of other accounts', async () => {
    for (const method of ['GET', 'DELETE'] as const) {
      expect((await personaCall(sandbox, method, '/accounts/act_nobodys')).status).toBe(404);
    }
  });
});

describe('Veriff', () => {
  const open = async () => String((await openVeriffSession(sandbox)).json['verification']?.['id']);
  const remove = (id: string): Promise<Reply> => veriffCall(sandbox, 'DELETE', `/sessions/${id}`, id);

  it('deletes a session, which is gone from then on', async () => {
    const id = await open();
    sandbox.veriff.webhookFor(id, { outcome: 'approve' });
    const reply = await remove(id);
    expect([reply.status, reply.json]).toEqual([200, { status: 'success', verification: { id } }]);
    expect((await veriffCall(sandbox, 'GET', `/sessions/${id}/decision`, id)).status).toBe(404);
    expect((await remove(id)).status).toBe(404);
    expect((await fetch(`${sandbox.url}/hosted/veriff/${id}`)).status).toBe(403);
    expect(isErased(sandbox.veriff, id)).toBe(true);
    expect(sent(sandbox.veriff)).toEqual([]);
    await expect(sandbox.veriff.decide(id, { outcome: 'decline' })).rejects.toThrow('deleted');
  });

  it.each([
    ['created', [], 'expired'],
    ['started', ['start'], 'abandoned'],
    ['asked for again', ['resubmit'], 'abandoned'],
  ] as const)('ends a session that is %s with a webhook', async (_what, outcomes, end) => {
    const id = await open();
    for (const outcome of outcomes) sandbox.veriff.webhookFor(id, { outcome });
    await remove(id);
    expect(sent(sandbox.veriff)).toEqual([end]);
  });

  it.each(['submit', 'review'] as const)('refuses while it is at work (%s)', async (outcome) => {
    const id = await open();
    sandbox.veriff.webhookFor(id, { outcome });
    const reply = await remove(id);
    expect([reply.status, reply.json]).toMatchObject([400, { status: 'fail', code: '1305' }]);
    expect(isErased(sandbox.veriff, id)).toBe(false);
  });

  it('refuses a signature over anything but the session id', async () => {
    const reply = await veriffCall(sandbox, 'DELETE', `/sessions/${await open()}`, '{}');
    expect([reply.status, reply.json]).toMatchObject([401, { code: '1818' }]);
  });

  it('deletes five in an hour, unless it is told to forget its limit', async () => {
    const removeNext = async () => (await remove(await open())).status;
    const statuses: number[] = [];
    for (let made = 0; made < 6; made += 1) statuses.push(await removeNext());
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    sandbox.veriff.setDeletion({ isLimited: false });
    for (let made = 0; made < 11; made += 1) expect(await removeNext()).toBe(200);
  });

  it('refuses where it is switched off, which the control API does', async () => {
    const set = (body: object) =>
      call(`${sandbox.url}/sandbox/veriff/deletion`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    const id = await open();
    expect((await set({ on: false })).status).toBe(204);
    expect((await remove(id)).status).toBe(403);
    await set({ on: true });
    expect((await remove(id)).status).toBe(200);
  });
});

describe('Onfido', () => {
  it('deletes an applicant after a delay, and shows nothing of its runs and checks from now on', async () => {
    const run = await openOnfidoRun(sandbox);
    const [id, applicant] = [String(run.json['id']), String(run.json['applicant_id'])];
    const { body } = sandbox.onfido.checkWebhookFor(id, 'clear');
    const check = JSON.parse(body.toString()).payload.object.id as string;

    expect((await onfidoCall(sandbox, 'DELETE', `/applicants/${applicant}`)).status).toBe(204);
    for (const path of [`/workflow_runs/${id}`, `/checks/${check}`]) {
      const reply = await onfidoCall(sandbox, 'GET', path);
      expect([reply.status, reply.json]).toMatchObject([410, { error: { type: 'gone' } }]);
    }
    const list = await onfidoCall(sandbox, 'GET', `/workflow_runs?applicant_id=${applicant}`);
    expect(list.json).toEqual([]);
    expect((await fetch(`${sandbox.url}/hosted/onfido/${id}`)).status).toBe(403);
    expect(isErased(sandbox.onfido, id)).toBe(true);
    expect(sent(sandbox.onfido)).toEqual([]);
    await expect(sandbox.onfido.decide(id, { outcome: 'decline' })).rejects.toThrow('deleted');
  });

  it('tells by when, and the same time however often it is asked for', async () => {
    const run = await openOnfidoRun(sandbox);
    const path = `/applicants/${String(run.json['applicant_id'])}`;
    const deleteAt = async () => (await onfidoCall(sandbox, 'GET', path)).json['delete_at'];
    expect(await deleteAt()).toBeNull();
    await onfidoCall(sandbox, 'DELETE', path);
    const first = await deleteAt();
    expect(Date.parse(String(first))).toBeGreaterThan(Date.now());
    expect((await onfidoCall(sandbox, 'DELETE', path)).status).toBe(204);
    expect(await deleteAt()).toBe(first);
  });

  it('opens no run for a deleted applicant', async () => {
    const run = await openOnfidoRun(sandbox);
    const applicant_id = String(run.json['applicant_id']);
    await onfidoCall(sandbox, 'DELETE', `/applicants/${applicant_id}`);
    expect((await openOnfidoRun(sandbox, { applicant_id })).status).toBe(410);
  });
});
