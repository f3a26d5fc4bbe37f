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

  it('Persona redacts the personal data of an inquiry and keeps its status, times and reference', async () => {
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

  it('Persona rejects a second redaction and does not resume a redacted inquiry', async () => {
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
    await expect(sandbox.persona.decide(id, { outcome: 'start' })).rejects.toThrow('erased');
  });

  it('Persona keeps the data of a verified user in the account until the account and its inquiries are redacted', async () => {
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

  it('Persona creates a new account for a user whose account was redacted', async () => {
    const { account } = await approved();
    await personaCall(sandbox, 'DELETE', `/accounts/${account}`);
    expect((await approved()).account).not.toBe(account);
  });

  it('Persona returns 404 for unknown accounts', async () => {
    for (const method of ['GET', 'DELETE'] as const) {
      expect((await personaCall(sandbox, method, '/accounts/act_unknown')).status).toBe(404);
    }
  });
});

describe('Veriff', () => {
  const open = async () => String((await openVeriffSession(sandbox)).json['verification']?.['id']);
  const remove = (id: string): Promise<Reply> => veriffCall(sandbox, 'DELETE', `/sessions/${id}`, id);

  it('Veriff deletes a session and no longer returns it', async () => {
    const id = await open();
    sandbox.veriff.webhookFor(id, { outcome: 'approve' });
    const reply = await remove(id);
    expect([reply.status, reply.json]).toEqual([200, { status: 'success', verification: { id } }]);
    expect((await veriffCall(sandbox, 'GET', `/sessions/${id}/decision`, id)).status).toBe(404);
    expect((await remove(id)).status).toBe(404);
    expect((await fetch(`${sandbox.url}/hosted/veriff/${id}`)).status).toBe(403);
    expect(isErased(sandbox.veriff, id)).toBe(true);
    expect(sent(sandbox.veriff)).toEqual([]);
    await expect(sandbox.veriff.decide(id, { outcome: 'decline' })).rejects.toThrow('erased');
  });

  it.each([
    ['created', [], 'expired'],
    ['started', ['start'], 'abandoned'],
    ['waiting for a resubmission', ['resubmit'], 'abandoned'],
  ] as const)('Veriff sends a webhook when it deletes a session that is %s', async (_case, outcomes, end) => {
    const id = await open();
    for (const outcome of outcomes) sandbox.veriff.webhookFor(id, { outcome });
    await remove(id);
    expect(sent(sandbox.veriff)).toEqual([end]);
  });

  it.each(['submit', 'review'] as const)(
    'Veriff rejects the deletion of a session while it checks the documents (%s)',
    async (outcome) => {
      const id = await open();
      sandbox.veriff.webhookFor(id, { outcome });
      const reply = await remove(id);
      expect([reply.status, reply.json]).toMatchObject([400, { status: 'fail', code: '1305' }]);
      expect(isErased(sandbox.veriff, id)).toBe(false);
    },
  );

  it('Veriff rejects a deletion whose signature does not cover the session id', async () => {
    const reply = await veriffCall(sandbox, 'DELETE', `/sessions/${await open()}`, '{}');
    expect([reply.status, reply.json]).toMatchObject([401, { code: '1818' }]);
  });

  it('Veriff allows five deletions an hour, and more if the limit is off', async () => {
    const removeNext = async () => (await remove(await open())).status;
    const statuses: number[] = [];
    for (let made = 0; made < 6; made += 1) statuses.push(await removeNext());
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    sandbox.veriff.setDeletion({ isLimited: false });
    for (let made = 0; made < 11; made += 1) expect(await removeNext()).toBe(200);
  });

  it('Veriff rejects deletions after the control API has switched them off', async () => {
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
  it('Onfido deletes an applicant after a delay and hides its runs and checks immediately', async () => {
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
    await expect(sandbox.onfido.decide(id, { outcome: 'decline' })).rejects.toThrow('erased');
  });

  it('Onfido returns the same time of deletion for repeated requests', async () => {
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

  it('Onfido rejects a workflow run for a deleted applicant', async () => {
    const run = await openOnfidoRun(sandbox);
    const applicant_id = String(run.json['applicant_id']);
    await onfidoCall(sandbox, 'DELETE', `/applicants/${applicant_id}`);
    expect((await openOnfidoRun(sandbox, { applicant_id })).status).toBe(410);
  });
});
