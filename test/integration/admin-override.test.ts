import type { ProviderName } from '../../packages/sandbox/sandbox.ts';
import { openEvents } from '../support/event-stream.ts';
import { startGateway, type TestGateway, type User } from '../support/gateway.ts';
import { createOperator, type Operator } from '../support/operating.ts';

const PROVIDERS: ProviderName[] = ['persona', 'veriff', 'onfido'];
const REASON = 'Passport seen at the branch, ticket 4711';
const MINUTE_MS = 60_000;

describe.each(PROVIDERS)('an override of what %s says', (provider) => {
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

  it('is answered with where the user stands then', async () => {
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

  it('stands in the ledger with who did it, and why', async () => {
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

  it('reverses a verdict, in either direction, and again', async () => {
    const { user, sessionId } = await gateway.openSession();
    await decide(sessionId, 'approve');
    for (const status of ['rejected', 'verified', 'pending', 'rejected']) {
      expect([status, (await override(user, status)).body['kyc_status']]).toEqual([status, status]);
    }
  });

  it('comes after a verdict that is dated ahead of our clock', async () => {
    const { user, sessionId } = await gateway.openSession();
    await decide(sessionId, 'decline', new Date(Date.now() + MINUTE_MS));
    expect((await override(user, 'verified')).body).toMatchObject({ kyc_status: 'verified' });
  });

  it('is replaced by a newer verdict of the provider', async () => {
    const { user, sessionId } = await gateway.openSession();
    await override(user, 'verified');
    await decide(sessionId, 'decline', new Date(Date.now() + MINUTE_MS));
    expect(await statusOf(user)).toBe('rejected');
  });

  it('is not replaced by an older one that comes late', async () => {
    const { user, sessionId } = await gateway.openSession();
    await override(user, 'verified');
    await decide(sessionId, 'decline', new Date(Date.now() - MINUTE_MS));
    expect(await statusOf(user)).toBe('verified');
    expect(await gateway.events(sessionId)).toHaveLength(2);
  });

  it('is not replaced by reading at the provider what it had decided before', async () => {
    const { user, sessionId } = await gateway.openSession();
    await decide(sessionId, 'decline', new Date(Date.now() - MINUTE_MS));
    await override(user, 'verified');
    expect((await operator.post(`/${user.id}/reconcile`)).body['sessions']).toMatchObject([
      { before: 'approved', after: 'approved', result: 'unchanged' },
    ]);
    expect(await statusOf(user)).toBe('verified');
  });

  it('brings the mail that the provider would have brought, once', async () => {
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

  it('keeps the reason of the operator from the user', async () => {
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

  it('is told to the pages that follow the status', async () => {
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

describe('an override', () => {
  let gateway: TestGateway;
  let operator: Operator;
  beforeAll(async () => {
    gateway = await startGateway();
    operator = await createOperator(gateway);
  });
  afterAll(() => gateway.close());

  it('to rejected gives other for a reason, where none is named', async () => {
    const { user } = await gateway.openSession();
    const { body } = await operator.post(`/${user.id}/override`, { status: 'rejected', reason: REASON });
    expect(body).toMatchObject({ kyc_status: 'rejected', kyc_rejection_reason: 'other' });
  });

  it('to pending puts the session in review: nothing can be started meanwhile', async () => {
    const { user } = await gateway.openSession();
    await operator.post(`/${user.id}/override`, { status: 'pending', reason: REASON });
    expect((await gateway.status(user)).body).toMatchObject({ kyc_status: 'pending', next_action: 'wait' });
    expect(await gateway.start(user)).toMatchObject({ status: 409, body: { code: 'kyc.in_review' } });
  });

  it('to verified also helps a user whose session has lapsed', async () => {
    const { user, sessionId } = await gateway.openSession();
    await gateway.sandbox.persona.decide(sessionId, { outcome: 'expire' });
    const { body } = await operator.post(`/${user.id}/override`, { status: 'verified', reason: REASON });
    expect(body).toMatchObject({ kyc_status: 'verified' });
  });

  it('of a user who never had a session is refused', async () => {
    const user = await gateway.createUser();
    expect(await operator.post(`/${user.id}/override`, { status: 'verified', reason: REASON })).toMatchObject(
      { status: 409, body: { code: 'kyc.no_session' } },
    );
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'not_verified' });
  });

  it.each<[string, object]>([
    ['nothing', {}],
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
      'a rejection reason that is not public',
      { status: 'rejected', reason: REASON, rejection_reason: 'fraud' },
    ],
    [
      'a rejection reason of a verified user',
      { status: 'verified', reason: REASON, rejection_reason: 'other' },
    ],
    ['an actor of his own', { status: 'verified', reason: REASON, actor: 'somebody else' }],
    ['a time of his own', { status: 'verified', reason: REASON, occurred_at: '2020-01-01T00:00:00Z' }],
  ])('is refused to an operator who gives %s', async (_, body) => {
    const { user, sessionId } = await gateway.openSession();
    expect(await operator.post(`/${user.id}/override`, body)).toMatchObject({
      status: 400,
      body: { code: 'request.invalid', errors: expect.any(Array) },
    });
    expect(await gateway.events(sessionId)).toEqual([]);
  });

  it('takes a reason of 500 characters, in any script', async () => {
    const { user, sessionId } = await gateway.openSession();
    const reason = '语'.repeat(499) + '😀';
    expect((await operator.post(`/${user.id}/override`, { status: 'verified', reason })).status).toBe(200);
    expect(await gateway.events(sessionId)).toMatchObject([{ note: reason }]);
  });

  it('by several operators at once ends in one of their words, with all of them in the ledger', async () => {
    const { user, sessionId } = await gateway.openSession();
    const statuses = ['verified', 'rejected', 'pending', 'verified', 'rejected'];
    const answers = await Promise.all(
      statuses.map((status) => operator.post(`/${user.id}/override`, { status, reason: REASON })),
    );
    expect(answers.map((answer) => answer.status)).toEqual(statuses.map(() => 200));
    expect(await gateway.events(sessionId)).toHaveLength(statuses.length);
    expect(statuses).toContain((await gateway.userRow(user))['kyc_status']);
  });

  it('is said in the log, without its reason', async () => {
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
