import { openEvents } from '../support/event-stream.ts';
import { startGateway, type TestGateway, type User } from '../support/gateway.ts';
import { createOperator, type Operator } from '../support/operator.ts';

/** The code of Veriff, the reason that operators see, and the reason that users and the platform see. */
const FINAL = [
  { code: '533', stored: 'underage', shown: 'underage', words: 'minimum age' },
  { code: '106', stored: 'fraud', shown: 'other', words: 'could not confirm' },
];
const SUPPORT = 'Please contact our support team';

describe.each(FINAL)('After a rejection for $stored, the user', ({ code, stored, shown, words }) => {
  let gateway: TestGateway;
  let operator: Operator;
  beforeAll(async () => {
    gateway = await startGateway({
      provider: 'veriff',
      environment: { RATE_LIMIT_START_ADDRESS: '1000/60' },
    });
    operator = await createOperator(gateway);
  });
  afterAll(() => gateway.close());

  const decline = (sessionId: string, reason = code) =>
    gateway.sandbox.veriff.decide(sessionId, { outcome: 'decline', reason });
  const rejected = async (): Promise<User> => {
    const { user, sessionId } = await gateway.openSession();
    await decline(sessionId);
    return user;
  };
  const override = (user: User, status: string, fields: object = {}) =>
    operator.post(`/${user.id}/override`, { status, reason: 'Passport seen, ticket 4711', ...fields });
  const sessionsOf = (user: User) =>
    gateway.sandbox.veriff.sessions().filter(({ reference }) => reference === user.id);

  it('is sent to support, and a second start creates no session', async () => {
    const user = await rejected();
    expect((await gateway.status(user)).body).toMatchObject({
      kyc_status: 'rejected',
      kyc_rejection_reason: shown,
      next_action: 'contact_support',
      attempts_left: 4,
    });
    expect(await gateway.start(user)).toMatchObject({
      status: 409,
      body: { code: 'kyc.retry_not_allowed', title: expect.stringContaining('support') },
    });
    expect(sessionsOf(user)).toHaveLength(1);
  });

  it('sees only the public reason, in the row, the status stream and the mail', async () => {
    const { user, sessionId } = await gateway.openSession();
    const events = await openEvents(`${gateway.url}/api/kyc/status/stream`, user.token);
    await decline(sessionId);
    const state = await events.waitFor(({ kyc_status }) => kyc_status === 'rejected');
    events.close();
    const row = await gateway.userRow(user);
    const mail = await gateway.sandbox.mailbox.waitFor(({ to }) => to.includes(user.email));

    expect(state).toMatchObject({ kyc_rejection_reason: shown, next_action: 'contact_support' });
    expect(row).toMatchObject({ kyc_rejection_reason: shown });
    for (const body of [mail.text, mail.html]) {
      expect(body).toContain(words);
      expect(body).toContain(SUPPORT);
    }
    expect(mail.text + mail.html + JSON.stringify([state, row])).not.toMatch(/fraud/i);
    const jobs = await gateway.database.query(`SELECT data FROM kyc_jobs.job WHERE name = 'notification'`);
    expect(JSON.stringify(jobs)).not.toMatch(/fraud/i);
  });

  it('is shown to operators with the stored reason', async () => {
    const user = await rejected();
    const { body } = await operator.get(`/${user.id}`);
    expect(body).toMatchObject({
      user: { kyc_rejection_reason: shown },
      sessions: [{ phase: 'declined', reason: stored, events: [{ outcome: 'declined', reason: stored }] }],
    });
  });

  it('can start again after an operator has decided on another reason', async () => {
    const user = await rejected();
    await override(user, 'rejected', { rejection_reason: 'document_unreadable' });
    expect((await gateway.status(user)).body).toMatchObject({ next_action: 'retry', attempts_left: 4 });
    expect((await gateway.start(user)).status).toBe(201);
  });

  it('is verified if an operator decides so', async () => {
    const user = await rejected();
    await override(user, 'verified');
    expect((await gateway.status(user)).body).toMatchObject({
      kyc_status: 'verified',
      kyc_rejection_reason: null,
      next_action: 'none',
    });
  });

  it('cannot start again either if an operator has decided so after another reason', async () => {
    const { user, sessionId } = await gateway.openSession();
    await decline(sessionId, '511');
    expect((await gateway.status(user)).body).toMatchObject({ next_action: 'retry' });
    const { body } = await override(user, 'rejected', { rejection_reason: stored });
    expect(body).toMatchObject({ kyc_rejection_reason: shown });
    expect((await gateway.status(user)).body).toMatchObject({ next_action: 'contact_support' });
    expect(await gateway.start(user)).toMatchObject({ status: 409, body: { code: 'kyc.retry_not_allowed' } });
  });

  it('cannot start again after an erasure that keeps the decision', async () => {
    const user = await rejected();
    const headers = { authorization: `Bearer ${user.token}` };
    expect((await fetch(`${gateway.url}/api/kyc/data`, { method: 'DELETE', headers })).status).toBe(202);
    expect((await gateway.status(user)).body).toMatchObject({ next_action: 'contact_support' });
    expect(await gateway.start(user)).toMatchObject({ status: 409, body: { code: 'kyc.retry_not_allowed' } });
  });

  it('never sees a word that another release has stored in the row', async () => {
    const user = await rejected();
    await gateway.database.query(`UPDATE users SET kyc_rejection_reason = 'fraud' WHERE id = $1`, [user.id]);
    expect((await gateway.status(user)).body).toMatchObject({ kyc_rejection_reason: 'other' });
  });
});
