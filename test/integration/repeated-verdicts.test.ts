import type { EmulatedProvider } from '../../packages/sandbox/sandbox.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway, type TestGateway, type User } from '../support/gateway.ts';
import { createOperator, type Operator } from '../support/operator.ts';

const MINUTE_MS = 60_000;

/** Opens a session that the provider approved a minute ago, and whose user an operator has rejected since. */
async function rejectedByOperator(gateway: TestGateway, operator: Operator, provider: EmulatedProvider) {
  const opened = await gateway.openSession();
  const at = new Date(Date.now() - MINUTE_MS);
  await provider.decide(opened.sessionId, { outcome: 'approve' }, { at });
  await operator.post(`/${opened.user.id}/override`, { status: 'rejected', reason: 'Ticket 4711' });
  return opened;
}

/** The mails that were queued for the user, in order. */
const mailsFor = async (gateway: TestGateway, user: User): Promise<string[]> => {
  const jobs: { subject: string }[] = await gateway.database.query(
    `SELECT data ->> 'subject' AS subject FROM kyc_jobs.job
     WHERE name = 'notification' AND data ->> 'userId' = $1 ORDER BY created_on`,
    [user.id],
  );
  return jobs.map(({ subject }) => subject);
};

async function expectStillRejected(gateway: TestGateway, user: User): Promise<void> {
  expect((await gateway.status(user)).body).toMatchObject({ kyc_status: 'rejected' });
  expect(await mailsFor(gateway, user)).toEqual(['verified', 'approval_withdrawn']);
}

describe('An approval of Onfido that is read again', () => {
  let gateway: TestGateway;
  let operator: Operator;
  beforeAll(async () => {
    gateway = await startGateway({ provider: 'onfido' });
    operator = await createOperator(gateway);
  });
  afterAll(() => gateway.close());

  const readEvents = async (sessionId: string) =>
    (await gateway.events(sessionId)).filter(({ source }) => source === 'poll');

  it('leaves the rejection of an operator in force after the run was changed', async () => {
    const { user, sessionId } = await rejectedByOperator(gateway, operator, gateway.sandbox.onfido);
    // Dates the run anew without another status, as a tag does.
    await gateway.sandbox.onfido.decide(
      sessionId,
      { outcome: 'start' },
      { at: new Date(Date.now() + 2_000) },
    );

    await operator.post(`/${user.id}/reconcile`);

    expect(await readEvents(sessionId)).toMatchObject([{ outcome: 'approved' }]);
    await expectStillRejected(gateway, user);
  });

  it('leaves the rejection of an operator in force after a check was reopened', async () => {
    const { user, sessionId } = await rejectedByOperator(gateway, operator, gateway.sandbox.onfido);
    await gateway.sandbox.onfido.decide(
      sessionId,
      { outcome: 'start' },
      { at: new Date(Date.now() + 2_000) },
    );
    const completed = gateway.sandbox.onfido.checkWebhookFor(sessionId, 'clear', { moveRun: false });
    const body = completed.body.toString().replace('check.completed', 'check.reopened');

    const { status } = await gateway.deliver({ headers: gateway.sandbox.onfido.sign(body), body });

    expect(status).toBe(200);
    await eventually(async () => ((await readEvents(sessionId)).length > 0 ? true : undefined));
    await expectStillRejected(gateway, user);
  });

  it('moves neither the time of the decision nor the mails without an override', async () => {
    const { user, sessionId } = await gateway.openSession();
    const at = new Date(Math.floor(Date.now() / 1_000) * 1_000 - MINUTE_MS);
    await gateway.sandbox.onfido.decide(sessionId, { outcome: 'approve' }, { at });
    await gateway.sandbox.onfido.decide(sessionId, { outcome: 'start' });
    await operator.post(`/${user.id}/reconcile`);
    const [attempt] = await gateway.database.query('SELECT * FROM kyc_sessions WHERE user_id = $1', [
      user.id,
    ]);
    expect(attempt).toMatchObject({ phase: 'approved', phase_since: at, decided_at: at });
    expect(await mailsFor(gateway, user)).toEqual(['verified']);
  });
});

describe('An approval of Persona that is read again', () => {
  it('leaves the rejection of an operator in force if only the last change has a time', async () => {
    const gateway = await startGateway({ provider: 'persona' });
    try {
      const operator = await createOperator(gateway);
      const { user, sessionId } = await rejectedByOperator(gateway, operator, gateway.sandbox.persona);
      const attributes = { status: 'approved', 'updated-at': new Date(Date.now() + 2_000).toISOString() };
      const body = JSON.stringify({ data: { type: 'inquiry', id: sessionId, attributes } });
      gateway.sandbox.persona.misbehave({ status: 200, body });

      await operator.post(`/${user.id}/reconcile`);

      const events = await gateway.events(sessionId);
      expect(events.at(-1)).toMatchObject({ outcome: 'approved', source: 'poll' });
      await expectStillRejected(gateway, user);
    } finally {
      await gateway.close();
    }
  });
});
