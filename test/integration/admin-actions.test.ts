import { erasureHelpers } from '../support/erasure-helpers.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway, type TestGateway, type User } from '../support/gateway.ts';
import { createOperator, type Operator } from '../support/operator.ts';

type Json = Record<string, unknown>;

let gateway: TestGateway;
let operator: Operator;
beforeAll(async () => {
  gateway = await startGateway({ provider: 'persona' });
});
beforeEach(async () => {
  operator = await createOperator(gateway);
});
afterEach(() => {
  gateway.sandbox.persona.behave();
  gateway.sandbox.deliverTo(`${gateway.url}/api/webhooks/kyc-status`);
});
afterAll(() => gateway.close());

/** Webhooks go to a port where nothing listens. */
const loseWebhooks = () => gateway.sandbox.deliverTo('http://127.0.0.1:1/lost');
const decide = (sessionId: string, outcome: 'approve' | 'decline' | 'review') =>
  gateway.sandbox.persona.decide(sessionId, { outcome });
const logged = (event: string, user: User) =>
  gateway
    .logs()
    .split('\n')
    .filter((line) => line.includes(`"${event}"`) && line.includes(user.id))
    .map((line) => JSON.parse(line) as Json);

describe('Reconciliation by an operator', () => {
  const reconcile = async (user: User) => {
    const { status, body } = await operator.post(`/${user.id}/reconcile`, {});
    expect(status).toBe(200);
    return body['sessions'] as Json[];
  };

  it('applies the verdict of a webhook that was lost', async () => {
    const { user, sessionId } = await gateway.openSession();
    loseWebhooks();
    await decide(sessionId, 'approve');
    expect(await reconcile(user)).toEqual([
      { provider: 'persona', session_id: sessionId, before: 'open', after: 'approved', result: 'moved' },
    ]);
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'verified' });
    await gateway.sandbox.mailbox.waitFor((mail) => mail.to.includes(user.email));
  });

  it('reports a session without news as unchanged', async () => {
    const { user } = await gateway.openSession();
    expect(await reconcile(user)).toMatchObject([{ before: 'open', after: 'open', result: 'unchanged' }]);
  });

  it('returns a result for each session, newest first', async () => {
    const { user, sessionId } = await gateway.openSession();
    await decide(sessionId, 'decline');
    const second = String((await gateway.start(user)).body['session_id']);
    expect(await reconcile(user)).toMatchObject([
      { session_id: second, result: 'unchanged' },
      { session_id: sessionId, after: 'declined', result: 'unchanged' },
    ]);
  });

  it('answers 200 when the provider is unavailable', async () => {
    const { user } = await gateway.openSession();
    gateway.sandbox.persona.misbehave({ status: 503 });
    expect(await reconcile(user)).toMatchObject([{ before: 'open', after: 'open', result: 'unavailable' }]);
  });

  it('lists sessions it did not read because their provider keeps failing', async () => {
    const { user } = await gateway.openSession();
    await gateway.database.query(
      `INSERT INTO kyc_sessions (user_id, provider, provider_session_id, phase, opened_at, changed_at, ended_at)
       SELECT $1, 'persona', 'inq_old' || n, 'expired', now() - interval '1 day', now(), now() FROM generate_series(1, 4) AS n`,
      [user.id],
    );
    gateway.sandbox.persona.misbehave({ status: 503 });
    const results = (await reconcile(user)).map(({ result }) => String(result));
    expect(results.toSorted()).toEqual(['not_read', 'not_read', 'unavailable', 'unavailable', 'unavailable']);
  });

  it('reads nothing for a user without sessions', async () => {
    expect(await reconcile(await gateway.createUser())).toEqual([]);
  });

  it('writes a ledger entry that does not change the status', async () => {
    const { user, sessionId } = await gateway.openSession();
    const before = await gateway.userRow(user);
    await reconcile(user);
    expect(await operator.entries()).toMatchObject([
      {
        provider: 'persona',
        provider_session_id: sessionId,
        outcome: 'noted',
        event_key: expect.stringMatching(/^operator:reconcile:[0-9a-f-]{36}$/),
      },
    ]);
    expect(await gateway.userRow(user)).toEqual(before);
    expect(logged('admin.reconcile', user)).toMatchObject([{ actor: operator.name }]);
  });
});

describe('Resending a mail', () => {
  const resend = (user: User) => operator.post(`/${user.id}/resend-mail`, {});
  const mailsTo = (user: User) =>
    gateway.sandbox.mailbox.messages().filter((mail) => mail.to.includes(user.email));
  const waitForMails = (user: User, count: number) =>
    eventually(async () => (mailsTo(user).length >= count ? mailsTo(user) : undefined));

  /** Persona has no resubmission, so these tests use Veriff. */
  async function openAtVeriff(): Promise<{ user: User; sessionId: string }> {
    const { sandbox, databaseUrl } = gateway;
    const other = await startGateway({ provider: 'veriff', sandbox, databaseUrl });
    try {
      return await other.openSession();
    } finally {
      await other.close();
    }
  }

  it.each(['approve', 'decline', 'resubmit'] as const)(
    'sends the mail about the last verdict once more: %s',
    async (outcome) => {
      const { user, sessionId } = await openAtVeriff();
      await gateway.sandbox.veriff.decide(sessionId, { outcome });
      const [first] = await waitForMails(user, 1);
      const { status, body } = await resend(user);
      expect(status).toBe(202);
      const mails = await waitForMails(user, 2);
      expect(mails).toMatchObject([first, { subject: first?.subject, text: first?.text }]);
      expect(mails[1]?.messageId).toBe(`<${String(body['mail_id'])}@bank.example>`);
    },
  );

  it('sends a mail about the current status, not a copy of the last mail', async () => {
    const { user, sessionId } = await gateway.openSession();
    await decide(sessionId, 'approve');
    await decide(sessionId, 'decline');
    await waitForMails(user, 2);
    expect((await resend(user)).body).toMatchObject({ subject: 'rejected' });
  });

  it('sends the mail to the current address of the user', async () => {
    const { user, sessionId } = await gateway.openSession();
    await decide(sessionId, 'approve');
    await waitForMails(user, 1);
    const email = `new-${user.email}`;
    await gateway.database.query('UPDATE users SET email = $2 WHERE id = $1', [user.id, email]);
    await resend(user);
    const mail = await gateway.sandbox.mailbox.waitFor(({ to }) => to.includes(email));
    expect(mail.subject).toBe('You are verified');
  });

  it('writes the ledger entry in the same transaction as the mail job', async () => {
    const { user, sessionId } = await gateway.openSession();
    await decide(sessionId, 'approve');
    await resend(user);
    expect(await operator.entries()).toMatchObject([
      {
        provider_session_id: sessionId,
        outcome: 'noted',
        event_key: expect.stringMatching(/^operator:resend_mail:[0-9a-f-]{36}$/),
      },
    ]);
    expect(logged('admin.resend_mail', user)).toMatchObject([{ actor: operator.name, subject: 'verified' }]);
  });

  it.each([
    ['has not started', () => gateway.createUser()],
    ['has an open session', async () => (await gateway.openSession()).user],
    [
      'is in review',
      async () => {
        const { user, sessionId } = await gateway.openSession();
        await decide(sessionId, 'review');
        return user;
      },
    ],
  ])('rejects resending and writes no ledger entry while the user %s', async (_, make) => {
    expect(await resend(await make())).toMatchObject({ status: 409, body: { code: 'kyc.nothing_to_tell' } });
    expect(await operator.entries()).toEqual([]);
  });
});

describe('Erasure by an operator', () => {
  const erase = (user: User) => operator.delete(`/${user.id}/data`, {});

  async function verified(): Promise<{ user: User; sessionId: string }> {
    const opened = await gateway.openSession();
    await decide(opened.sessionId, 'approve');
    return opened;
  }

  it('erases here and at the provider, like an erasure by the user', async () => {
    const { user, sessionId } = await verified();
    const { status, body } = await erase(user);
    expect([status, body]).toEqual([
      202,
      { request_id: expect.any(String), requested_at: expect.any(String) },
    ]);
    const help = erasureHelpers(gateway);
    expect(await help.completed(user)).toMatchObject([
      { place: 'gateway', requested_by: operator.name, request_id: body['request_id'] },
      { place: 'persona', requested_by: operator.name, request_id: body['request_id'] },
    ]);
    expect(await help.tablesWith(sessionId)).toEqual([]);
  });

  it('writes a ledger entry that holds the erasure request and no data of the user', async () => {
    const { user } = await verified();
    const first = await erase(user);
    expect((await operator.entries()).at(-1)).toMatchObject({
      provider: 'gateway',
      provider_session_id: null,
      reference: null,
      outcome: 'noted',
      event_key: expect.stringMatching(/^operator:erase:[0-9a-f-]{36}$/),
      note: `request ${String(first.body['request_id'])}`,
    });
    expect((await erase(user)).body).toEqual(first.body);
    expect(logged('admin.erase', user)).toHaveLength(2);
  });

  it('removes the user and the reason from operator events, and keeps that they happened', async () => {
    const [{ user }, fresh] = [await verified(), await gateway.createUser()];
    await operator.post(`/${user.id}/override`, { status: 'rejected', reason: 'free text' });
    await operator.post(`/${fresh.id}/reconcile`);
    await erase(user);
    await erase(fresh);
    const entries = await operator.entries();
    expect(entries.map(({ outcome }) => outcome)).toEqual(['declined', 'noted', 'noted', 'noted']);
    expect(entries.slice(0, 2)).toMatchObject([{ note: null }, { note: null, reference: null }]);
    expect(JSON.stringify(entries)).not.toContain(fresh.id);
  });

  it('leaves a user whose status an operator can still override', async () => {
    const { user } = await verified();
    await erase(user);
    const { body } = await operator.post(`/${user.id}/override`, { status: 'rejected', reason: 'forged' });
    expect(body).toMatchObject({ kyc_status: 'rejected', kyc_session_id: expect.stringMatching(/^erased:/) });
  });
});
