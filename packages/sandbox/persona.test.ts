import { CANARIES, startSandbox } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';
import { personaCall, personaInquiry } from './test-support/calls.ts';
import type { Reply } from './test-support/calls.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());
afterEach(() => sandbox.persona.behave());

const create = (meta: object = {}, attributes: object = {}, headers: Record<string, string> = {}) =>
  personaCall(sandbox, 'POST', '/inquiries', { body: personaInquiry(sandbox, meta, attributes), headers });
const idOf = (reply: Reply) => String(reply.json['data']?.['id']);
const open = async () => idOf(await create());

describe('creating a Persona inquiry', () => {
  it('Persona responds with 201, a JSON:API resource and the requested meta entries', async () => {
    const reply = await create({
      'auto-create-account-reference-id': 'user_42',
      'auto-create-inquiry-session': true,
      'auto-create-one-time-link': true,
    });
    expect(reply.status).toBe(201);
    expect(reply.json['data']).toMatchObject({
      type: 'inquiry',
      id: expect.stringMatching(/^inq_/),
      attributes: { status: 'created', 'reference-id': 'user_42', fields: {} },
      relationships: { account: { data: { type: 'account' } } },
    });
    expect(reply.json['meta']).toMatchObject({
      'session-token': expect.any(String),
      'one-time-link': expect.stringContaining(`${sandbox.url}/hosted/persona/${idOf(reply)}?code=`),
    });
    expect(reply.headers.get('ratelimit-limit')).toBe('300');
  });

  it('Persona returns null as meta if the request has no meta', async () => {
    expect((await create()).json['meta']).toEqual({
      'session-token': null,
      'one-time-link': null,
      'one-time-link-short': null,
    });
  });

  it('Persona uses one account for each reference id', async () => {
    const account = (reply: Reply) => reply.json['data']?.['relationships']?.['account']?.['data']?.['id'];
    const first = await create({ 'auto-create-account-reference-id': 'same' });
    const second = await create({ 'auto-create-account-reference-id': 'same' });
    expect(account(second)).toBe(account(first));
  });

  it('Persona writes keys in the requested casing', async () => {
    const snake = await create({}, {}, { 'key-inflection': 'snake' });
    expect(snake.json['data']?.['attributes']).toHaveProperty('reference_id');
    const camel = await create({}, {}, { 'key-inflection': 'camel' });
    expect(camel.json['data']?.['attributes']).toHaveProperty('referenceId');
  });

  it.each([
    ['no key', { authorization: '' }, 401, 'Must be authenticated to access this endpoint'],
    ['a wrong key', { authorization: 'Bearer nonsense' }, 401, 'Token is invalid'],
    ['no version', { 'persona-version': '' }, 400, 'Bad Request'],
    ['an unknown version', { 'persona-version': '2024-02-30' }, 400, 'Bad Request'],
    ['an unknown casing', { 'key-inflection': 'shouting' }, 400, 'Bad Request'],
  ])('Persona rejects a call with %s', async (_case, headers, status, title) => {
    const reply = await create({}, {}, headers);
    expect(reply.status).toBe(status);
    expect(reply.json['errors']?.[0]).toMatchObject({ title });
  });

  it.each([
    ['an unknown attribute', {}, { nickname: 'J' }],
    ['an unknown meta key', { 'auto-create': true }, {}],
    ['no template', {}, { 'inquiry-template-id': null }],
    ['two templates', {}, { 'inquiry-template-version-id': 'itmplv_1' }],
    [
      'account ids without an account',
      { 'auto-create-account': false, 'auto-create-account-reference-id': 'u' },
      {},
    ],
  ])('Persona rejects an inquiry with %s', async (_case, meta, attributes) => {
    const reply = await create(meta, attributes);
    expect(reply.status).toBe(400);
    expect(reply.json['errors']?.[0]).toMatchObject({ title: 'Bad Request', details: expect.any(String) });
  });

  it('Persona rejects the template of another account', async () => {
    expect((await create({}, { 'inquiry-template-id': 'itmpl_other' })).status).toBe(404);
  });
});

describe("Persona's idempotency", () => {
  it('Persona returns the same inquiry for the same idempotency key and body', async () => {
    const first = await create({}, {}, { 'idempotency-key': 'again' });
    const second = await create({}, {}, { 'idempotency-key': 'again' });
    expect(second.status).toBe(201);
    expect(idOf(second)).toBe(idOf(first));
  });

  it('Persona rejects a repeated idempotency key with another body', async () => {
    await create({}, {}, { 'idempotency-key': 'other-body' });
    expect((await create({}, { note: 'changed' }, { 'idempotency-key': 'other-body' })).status).toBe(400);
  });

  it.each([
    [500, 500],
    [422, 422],
    [429, 201],
    [503, 201],
  ])(
    'After a response of %d, Persona responds to the same idempotency key with %d',
    async (failure, afterwards) => {
      const headers = { 'idempotency-key': `after-${failure}` };
      sandbox.persona.misbehave({ status: failure, body: '{"errors":[]}', times: 1 });
      expect((await create({}, {}, headers)).status).toBe(failure);
      expect((await create({}, {}, headers)).status).toBe(afterwards);
    },
  );

  it('Persona keeps the inquiry of a call whose response was lost', async () => {
    const headers = { 'idempotency-key': 'lost' };
    sandbox.persona.misbehave({ disconnect: true, times: 1 });
    const before = sandbox.persona.sessions().length;
    await expect(create({}, {}, headers)).rejects.toThrow();
    const reply = await create({}, {}, headers);
    expect(
      sandbox.persona
        .sessions()
        .slice(before)
        .map(({ id }) => id),
    ).toEqual([idOf(reply)]);
  });
});

describe('reading and resuming Persona inquiries', () => {
  it('Persona returns an inquiry and finds inquiries by reference id', async () => {
    const id = idOf(await create({ 'auto-create-account-reference-id': 'finder' }));
    expect((await personaCall(sandbox, 'GET', `/inquiries/${id}`)).json['data']).toMatchObject({ id });
    const list = await personaCall(sandbox, 'GET', '/inquiries?filter[reference-id]=finder');
    expect(list.json).toMatchObject({ data: [{ id }], links: { prev: null, next: null } });
  });

  it('Persona rejects an unknown inquiry and an unknown filter', async () => {
    const missing = await personaCall(sandbox, 'GET', '/inquiries/inq_none');
    expect(missing.status).toBe(404);
    expect(missing.json).toEqual({ errors: [{ title: 'Record not found' }] });
    expect((await personaCall(sandbox, 'GET', '/inquiries?filter[user]=1')).status).toBe(400);
  });

  it('Persona resumes an expired inquiry and sets it to pending', async () => {
    const id = await open();
    sandbox.persona.webhookFor(id, { outcome: 'expire' });
    const reply = await personaCall(sandbox, 'POST', `/inquiries/${id}/resume`);
    expect(reply.status).toBe(200);
    expect(reply.json).toMatchObject({
      data: { attributes: { status: 'pending' } },
      meta: { 'session-token': expect.any(String) },
    });
  });

  it.each([
    ['created', null],
    ['approved', 'approve'],
    ['declined', 'decline'],
    ['completed', 'submit'],
  ] as const)('Persona does not resume an inquiry that is %s', async (_status, outcome) => {
    const id = await open();
    if (outcome !== null) sandbox.persona.webhookFor(id, { outcome });
    expect((await personaCall(sandbox, 'POST', `/inquiries/${id}/resume`)).status).toBe(409);
  });

  it('Persona creates one-time links, but not for an expired inquiry', async () => {
    const id = await open();
    const path = `/inquiries/${id}/generate-one-time-link`;
    const reply = await personaCall(sandbox, 'POST', path, { body: { meta: { 'expires-in-seconds': 60 } } });
    expect(reply.json['meta']?.['one-time-link']).toContain(`/hosted/persona/${id}?code=`);
    sandbox.persona.webhookFor(id, { outcome: 'expire' });
    expect((await personaCall(sandbox, 'POST', path)).status).toBe(409);
  });

  it('Persona rejects the 26th session of an inquiry', async () => {
    const path = `/inquiries/${await open()}/generate-one-time-link`;
    for (let session = 1; session <= 25; session += 1) {
      expect((await personaCall(sandbox, 'POST', path)).status).toBe(200);
    }
    expect((await personaCall(sandbox, 'POST', path)).status).toBe(400);
  });
});

describe("Persona's webhooks", () => {
  it.each([
    ['start', 'inquiry.started', 'pending', 'started-at'],
    ['submit', 'inquiry.completed', 'completed', 'completed-at'],
    ['approve', 'inquiry.approved', 'approved', 'decisioned-at'],
    ['decline', 'inquiry.declined', 'declined', 'decisioned-at'],
    ['review', 'inquiry.marked-for-review', 'needs_review', 'marked-for-review-at'],
    ['fail', 'inquiry.failed', 'failed', 'failed-at'],
    ['expire', 'inquiry.expired', 'expired', 'expired-at'],
    ['abandon', 'inquiry.expired', 'expired', 'expired-at'],
  ] as const)('Persona reports the outcome "%s" as %s', async (outcome, name, status, stamp) => {
    const at = new Date('2026-03-04T10:20:30.598Z');
    const { body } = sandbox.persona.webhookFor(await open(), { outcome }, { at });
    expect(JSON.parse(body.toString()).data).toMatchObject({
      type: 'event',
      id: expect.stringMatching(/^evt_/),
      attributes: {
        name,
        'created-at': at.toISOString(),
        payload: { data: { attributes: { status, [stamp]: at.toISOString() } } },
      },
    });
  });

  it('A Persona webhook carries personal data and numbers that lose their spelling when re-serialized', async () => {
    const body = sandbox.persona.webhookFor(await open(), { outcome: 'approve' }).body.toString();
    expect(body).toContain('"value":1.0}');
    expect(body).toContain(CANARIES.firstName);
    expect(body).toContain(CANARIES.documentNumber);
  });

  it('Persona does not support a resubmission', async () => {
    const id = await open();
    expect(() => sandbox.persona.webhookFor(id, { outcome: 'resubmit' })).toThrow(
      'Persona has no "resubmit"',
    );
  });
});
