import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import { openEvents } from '../support/event-stream.ts';
import { startGateway, type TestGateway, type User } from '../support/gateway.ts';
import { createOperator, type Operator } from '../support/operator.ts';

const REASON = 'Passport seen at the branch, ticket 4711';
const MINUTE_MS = 60_000;

describe.each(PROVIDER_NAMES)('An override of a verdict by %s', (provider) => {
  let gateway: TestGateway;
  let operator: Operator;
  beforeAll(async () => {
    gateway = await startGateway({ provider });
    operator = await createOperator(gateway);
  });
  afterAll(() => gateway.close());

  const override = (user: User, status: string, more: object = {}) =>
    operator.post(`/${user.id}/override`, { status, reason: REASON, ...more });
  const statusOf = async (user: User) => (await gateway.userRow(user))['kyc_status'];
  const decide = (sessionId: string, outcome: 'approve' | 'decline' | 'review', at = new Date()) =>
    gateway.sandbox[provider].decide(sessionId, { outcome }, { at });
  const mailsTo = (user: User) =>
    gateway.sandbox.mailbox.messages().filter((mail) => mail.to.includes(user.email));

  it('returns the new status of the user', async () => {
    const { user, sessionId } = await gateway.openSession();
    expect(await override(user, 'verified')).toMatchObject({
      status: 200,
      body: {
        user_id: user.id,
        kyc_status: 'verified',
        kyc_provider: provider,
        kyc_session_id: sessionId,
        kyc_rejection_reason: null,
        updated_at: expect.any(String),
      },
    });
    expect(await statusOf(user)).toBe('verified');
  });

  it('records an override in the ledger with the operator and the reason', async () => {
    const { user, sessionId } = await gateway.openSession();
    await override(user, 'verified');
    expect(await gateway.events(sessionId)).toMatchObject([
      {
        outcome: 'approved',
        source: 'operator',
        actor: operator.name,
        note: REASON,
        event_key: expect.stringMatching(/^operator:override:[0-9a-f-]{36}$/),
        is_refused: false,
      },
    ]);
  });

  it('lets an operator reverse a verdict in either direction, repeatedly', async () => {
    const { user, sessionId } = await gateway.openSession();
    await decide(sessionId, 'approve');
    for (const status of ['rejected', 'verified', 'pending', 'rejected']) {
      expect([status, (await override(user, status)).body['kyc_status']]).toEqual([status, status]);
    }
  });

  it('lets an override win over a verdict dated ahead of the local clock', async () => {
    const { user, sessionId } = await gateway.openSession();
    await decide(sessionId, 'decline', new Date(Date.now() + MINUTE_MS));
    expect((await override(user, 'verified')).body).toMatchObject({ kyc_status: 'verified' });
  });

  it('lets a newer verdict of the provider replace an override', async () => {
    const { user, sessionId } = await gateway.openSession();
    await override(user, 'verified');
    await decide(sessionId, 'decline', new Date(Date.now() + MINUTE_MS));
    expect(await statusOf(user)).toBe('rejected');
  });

  it('keeps an override when an older verdict arrives late', async () => {
    const { user, sessionId } = await gateway.openSession();
    await override(user, 'verified');
    await decide(sessionId, 'decline', new Date(Date.now() - MINUTE_MS));
    expect(await statusOf(user)).toBe('verified');
    expect(await gateway.events(sessionId)).toHaveLength(2);
  });

  it('keeps an override when reconciliation reads the earlier verdict', async () => {
    const { user, sessionId } = await gateway.openSession();
    await decide(sessionId, 'decline', new Date(Date.now() - MINUTE_MS));
    await override(user, 'verified');
    expect((await operator.post(`/${user.id}/reconcile`)).body['sessions']).toMatchObject([
      { before: 'approved', after: 'approved', result: 'unchanged' },
    ]);
    expect(await statusOf(user)).toBe('verified');
  });

  it('sends the same mail for an override as for a verdict of the provider, once', async () => {
    const { user } = await gateway.openSession();
    await override(user, 'verified');
    await gateway.sandbox.mailbox.waitFor((mail) => mail.to.includes(user.email));
    await override(user, 'rejected');
    await gateway.sandbox.mailbox.waitFor(
      (mail) => mail.to.includes(user.email) && mail.subject.includes('no longer'),
    );
    expect(mailsTo(user).map((mail) => mail.subject)).toEqual([
      'You are verified',
      'Your verification is no longer valid',
    ]);
  });

  it('never shows the reason of the operator to the user', async () => {
    const { user } = await gateway.openSession();
    await override(user, 'rejected', { rejection_reason: 'document_expired' });
    const mail = await gateway.sandbox.mailbox.waitFor((sent) => sent.to.includes(user.email));
    expect(mail.text).toContain('Your document has expired.');
    const { body } = await gateway.status(user);
    expect(body).toMatchObject({ kyc_status: 'rejected', kyc_rejection_reason: 'document_expired' });
    for (const word of [REASON, operator.name]) {
      expect(mail.text + mail.html + JSON.stringify(body)).not.toContain(word);
    }
  });

  it('publishes an override to open status streams', async () => {
    const { user } = await gateway.openSession();
    const events = await openEvents(`${gateway.url}/api/kyc/status/stream`, user.token);
    await events.waitFor((state) => state['kyc_status'] === 'pending');
    await override(user, 'verified');
    expect(await events.waitFor((state) => state['kyc_status'] === 'verified')).toMatchObject({
      next_action: 'none',
    });
    events.close();
  });
});

describe('An override', () => {
  let gateway: TestGateway;
  let operator: Operator;
  beforeAll(async () => {
    gateway = await startGateway();
    operator = await createOperator(gateway);
  });
  afterAll(() => gateway.close());

  it('uses the rejection reason "other" when an override to rejected names none', async () => {
    const { user } = await gateway.openSession();
    const { body } = await operator.post(`/${user.id}/override`, { status: 'rejected', reason: REASON });
    expect(body).toMatchObject({ kyc_status: 'rejected', kyc_rejection_reason: 'other' });
  });

  it('puts the session in review on an override to pending, so that no start is possible', async () => {
    const { user } = await gateway.openSession();
    await operator.post(`/${user.id}/override`, { status: 'pending', reason: REASON });
    expect((await gateway.status(user)).body).toMatchObject({ kyc_status: 'pending', next_action: 'wait' });
    expect(await gateway.start(user)).toMatchObject({ status: 409, body: { code: 'kyc.in_review' } });
  });

  it('verifies a user whose session has expired', async () => {
    const { user, sessionId } = await gateway.openSession();
    await gateway.sandbox.persona.decide(sessionId, { outcome: 'expire' });
    const { body } = await operator.post(`/${user.id}/override`, { status: 'verified', reason: REASON });
    expect(body).toMatchObject({ kyc_status: 'verified' });
  });

  it.each<[string, object]>([
    ['an empty body', {}],
    ['no reason', { status: 'verified' }],
    ['an empty reason', { status: 'verified', reason: '' }],
    ['a blank reason', { status: 'verified', reason: ' \n\t ' }],
    ['a reason of 501 characters', { status: 'verified', reason: 'x'.repeat(501) }],
    ['a reason that cannot be stored', { status: 'verified', reason: 'x\0' }],
    ['a number for a reason', { status: 'verified', reason: 7 }],
    ['no status', { reason: REASON }],
    ['a status that only the gateway gives', { status: 'not_verified', reason: REASON }],
    ['another word', { status: 'frozen', reason: REASON }],
    [
      'a rejection reason that is not listed',
      { status: 'rejected', reason: REASON, rejection_reason: 'too_young' },
    ],
    [
      'a rejection reason of a verified user',
      { status: 'verified', reason: REASON, rejection_reason: 'other' },
    ],
    ['an actor', { status: 'verified', reason: REASON, actor: 'another operator' }],
    ['a time', { status: 'verified', reason: REASON, occurred_at: '2020-01-01T00:00:00Z' }],
  ])('rejects an override with %s', async (_, body) => {
    const { user, sessionId } = await gateway.openSession();
    expect(await operator.post(`/${user.id}/override`, body)).toMatchObject({
      status: 400,
      body: { code: 'request.invalid', errors: expect.any(Array) },
    });
    expect(await gateway.events(sessionId)).toEqual([]);
  });

  it('accepts an override reason of 500 characters in any script', async () => {
    const { user, sessionId } = await gateway.openSession();
    const reason = '语'.repeat(499) + '😀';
    expect((await operator.post(`/${user.id}/override`, { status: 'verified', reason })).status).toBe(200);
    expect(await gateway.events(sessionId)).toMatchObject([{ note: reason }]);
  });

  it('keeps one status and every ledger entry when several operators override at once', async () => {
    const { user, sessionId } = await gateway.openSession();
    const statuses = ['verified', 'rejected', 'pending', 'verified', 'rejected'];
    const answers = await Promise.all(
      statuses.map((status) => operator.post(`/${user.id}/override`, { status, reason: REASON })),
    );
    expect(answers.map((answer) => answer.status)).toEqual(statuses.map(() => 200));
    expect(await gateway.events(sessionId)).toHaveLength(statuses.length);
    expect(statuses).toContain((await gateway.userRow(user))['kyc_status']);
  });

  it('logs an override without its reason', async () => {
    const { user } = await gateway.openSession();
    await operator.post(`/${user.id}/override`, { status: 'verified', reason: REASON });
    const lines = gateway
      .logs()
      .split('\n')
      .filter((line) => line.includes('admin.override'));
    expect(lines.map((line) => JSON.parse(line) as object)).toContainEqual(
      expect.objectContaining({ event: 'admin.override', level: 40, actor: operator.name, userId: user.id }),
    );
    expect(gateway.logs()).not.toContain(REASON);
  });
});
