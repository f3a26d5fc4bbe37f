import { CANARIES, startSandbox } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';
import { onfidoCall, openOnfidoRun, setting } from './test-support/calls.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const name = { first_name: 'Anonymous', last_name: 'User' };
const open = async (extra: object = {}) => String((await openOnfidoRun(sandbox, extra)).json['id']);
const statusOf = async (id: string) =>
  (await onfidoCall(sandbox, 'GET', `/workflow_runs/${id}`)).json['status'];

describe("Onfido's applicants", () => {
  it('Onfido creates an applicant and returns it', async () => {
    const created = await onfidoCall(sandbox, 'POST', '/applicants', name);
    expect(created.status).toBe(201);
    expect(created.json).toMatchObject({ ...name, sandbox: true });
    const read = await onfidoCall(sandbox, 'GET', `/applicants/${String(created.json['id'])}`);
    expect(read.json).toEqual(created.json);
  });

  it('Onfido rejects calls without the token', async () => {
    const reply = await onfidoCall(sandbox, 'POST', '/applicants', name, 'Bearer api_sandbox.x');
    expect(reply.status).toBe(401);
    expect(reply.json['error']).toMatchObject({ type: 'authorization_error' });
  });

  it.each([
    ['without a last name', { first_name: 'Jane' }, 'last_name'],
    ['with a name of forbidden characters', { ...name, first_name: 'user#42' }, 'first_name'],
    ['with an unknown attribute', { ...name, user_id: '42' }, 'user_id'],
  ])('Onfido rejects an applicant %s', async (_case, body, field) => {
    const reply = await onfidoCall(sandbox, 'POST', '/applicants', body);
    expect(reply.status).toBe(422);
    expect(reply.json['error']).toMatchObject({
      type: 'validation_error',
      fields: { [field]: [expect.any(String)] },
    });
  });
});

describe("Onfido's workflow runs", () => {
  it('Onfido creates a workflow run with a link and an SDK token', async () => {
    const reply = await openOnfidoRun(sandbox, { customer_user_id: 'user_42', tags: ['verification:7f1c'] });
    const id = String(reply.json['id']);
    expect(reply.status).toBe(201);
    expect(reply.json).toMatchObject({
      status: 'awaiting_input',
      customer_user_id: 'user_42',
      tags: ['verification:7f1c'],
      sdk_token: expect.any(String),
      link: { url: `${sandbox.url}/hosted/onfido/${id}` },
    });
  });

  it.each([
    ['an unknown workflow', { workflow_id: '9a8b7c6d-1111-4222-8333-444455556666' }, 422],
    ['an unknown applicant', { applicant_id: '9a8b7c6d-1111-4222-8333-444455556666' }, 404],
    ['an applicant id that is not a UUID', { applicant_id: 'me' }, 422],
    ['a user id of 257 characters', { customer_user_id: 'x'.repeat(257) }, 422],
    ['31 tags', { tags: Array.from({ length: 31 }, String) }, 422],
    ['an empty tag', { tags: [''] }, 422],
    ['a tag of 129 characters', { tags: ['x'.repeat(129)] }, 422],
    ['an unknown attribute', { reference: 'x' }, 422],
    ['an unknown language', { link: { language: 'et_EE' } }, 422],
  ])('Onfido rejects a workflow run with %s', async (_case, extra, status) => {
    expect((await openOnfidoRun(sandbox, extra)).status).toBe(status);
  });

  it('Onfido finds workflow runs by applicant, tag and status', async () => {
    const run = await openOnfidoRun(sandbox, { tags: ['wanted'] });
    const ids = async (query: string) => {
      const list = await onfidoCall(sandbox, 'GET', `/workflow_runs?${query}`);
      return (list.json as unknown as { id: string }[]).map(({ id }) => id);
    };
    expect(await ids(`applicant_id=${String(run.json['applicant_id'])}`)).toEqual([run.json['id']]);
    expect(await ids('tags=wanted&status=awaiting_input')).toEqual([run.json['id']]);
    expect(await ids('tags=wanted&status=approved,declined')).toEqual([]);
  });

  it('Onfido returns 404 for an unknown workflow run', async () => {
    const reply = await onfidoCall(sandbox, 'GET', '/workflow_runs/none');
    expect(reply.status).toBe(404);
    expect(reply.json['error']).toMatchObject({ type: 'resource_not_found' });
  });

  it('A workflow run of Onfido has an SDK token only while it waits for input', async () => {
    const id = await open();
    await sandbox.onfido.decide(id, { outcome: 'submit' });
    const run = await onfidoCall(sandbox, 'GET', `/workflow_runs/${id}`);
    expect(run.json).toMatchObject({ status: 'processing', sdk_token: null });
  });
});

describe("Onfido's webhooks", () => {
  it.each([
    ['approve', 'approved'],
    ['decline', 'declined'],
    ['review', 'review'],
    ['abandon', 'abandoned'],
    ['fail', 'error'],
  ] as const)(
    'Onfido reports the outcome "%s" as a completed run with status %s',
    async (outcome, status) => {
      const id = await open();
      const { body } = sandbox.onfido.webhookFor(
        id,
        { outcome },
        { at: new Date('2026-03-04T10:20:30.123Z') },
      );
      expect(JSON.parse(body.toString()).payload).toMatchObject({
        action: 'workflow_run.completed',
        object: { id, status, completed_at_iso8601: '2026-03-04T10:20:30Z' },
        resource: { status },
      });
      expect(await statusOf(id)).toBe(status);
    },
  );

  it.each(['start', 'submit', 'expire', 'resubmit'] as const)(
    'Onfido sends no webhook for the outcome "%s"',
    async (outcome) => {
      const id = await open();
      expect(() => sandbox.onfido.webhookFor(id, { outcome })).toThrow('sends no webhook');
      expect(await statusOf(id)).toBe('awaiting_input');
      expect(await sandbox.onfido.decide(id, { outcome })).toEqual([]);
    },
  );

  it('An Onfido webhook carries the decline reason, personal data and a final newline', async () => {
    const webhook = sandbox.onfido.webhookFor(await open(), {
      outcome: 'decline',
      reason: 'document_expired',
    });
    const body = webhook.body.toString();
    expect(JSON.parse(body).payload.resource.reasons).toEqual(['document_expired']);
    expect(body).toContain(CANARIES.documentNumber);
    expect(body).toMatch(/^\{\n {2}"payload".*\}\n$/s);
  });

  it('An Onfido webhook for a completed check contains only the id of the check', async () => {
    const id = await open();
    const { body } = sandbox.onfido.checkWebhookFor(id, 'consider');
    const { object, ...rest } = JSON.parse(body.toString()).payload;
    expect(rest).toEqual({ resource_type: 'check', action: 'check.completed' });
    const check = await onfidoCall(sandbox, 'GET', `/checks/${object.id}`);
    expect(check.json).toMatchObject({ status: 'complete', result: 'consider' });
    expect(await statusOf(id)).toBe('review');
  });

  it('A completed Onfido check can leave its run unchanged', async () => {
    const id = await open();
    sandbox.onfido.checkWebhookFor(id, 'clear', { moveRun: false });
    expect(await statusOf(id)).toBe('awaiting_input');
  });

  it('Onfido signs its webhooks with the newest token only', () => {
    const old = sandbox.onfido.sign('{}');
    sandbox.onfido.rotateSecret();
    expect(sandbox.onfido.sign('{}')).not.toEqual(old);
    expect(setting(sandbox, 'ONFIDO_WEBHOOK_TOKENS').split(',')).toHaveLength(2);
  });
});
