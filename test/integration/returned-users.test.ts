import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import { ReconciliationService } from '../../src/kyc/reconciliation/reconciliation.service.ts';
import { PROVIDER_DEFINITIONS } from '../../src/kyc/providers/registry.ts';
import { startGateway, type TestGateway, type User } from '../support/gateway.ts';

describe('The status of a user who returns from Onfido, which reports no submission', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({ provider: 'onfido' });
  });
  afterAll(() => gateway.close());
  beforeEach(() => gateway.sandbox.onfido.behave());
  afterEach(() => gateway.database.query('DELETE FROM kyc_rate_limits'));

  const returned = (user: User) => gateway.status(user, '?returned=true');
  const submit = (sessionId: string) => gateway.sandbox.onfido.decide(sessionId, { outcome: 'submit' });
  const readsOf = (sessionId: string) =>
    gateway.sandbox.onfido
      .calls()
      .filter(({ method, path }) => method === 'GET' && path.endsWith(`/workflow_runs/${sessionId}`)).length;

  it('is "wait" once the user has finished, without a webhook', async () => {
    const { user, sessionId } = await gateway.openSession();
    await submit(sessionId);
    expect((await gateway.status(user)).body).toMatchObject({ next_action: 'continue' });

    expect((await returned(user)).body).toMatchObject({ kyc_status: 'pending', next_action: 'wait' });
    expect((await gateway.status(user)).body).toMatchObject({ next_action: 'wait' });
    expect(await gateway.events(sessionId)).toMatchObject([{ source: 'poll', outcome: 'submitted' }]);
    expect((await returned(user)).status).toBe(200);
    expect(readsOf(sessionId)).toBe(1);
  });

  it('stays "continue" while the user has not finished, and is read once in ten seconds', async () => {
    const { user, sessionId } = await gateway.openSession();
    const answers = await Promise.all(Array.from({ length: 5 }, () => returned(user)));
    answers.push(await returned(user));
    expect(answers.map(({ body }) => body['next_action'])).toEqual(Array(6).fill('continue'));
    expect(readsOf(sessionId)).toBe(1);

    await gateway.database.query(
      `UPDATE kyc_rate_limits SET expire = expire - 10000 WHERE key LIKE 'read-on-return:%'`,
    );
    await submit(sessionId);
    expect((await returned(user)).body).toMatchObject({ next_action: 'wait' });
  });

  it('is "continue" again once a read finds that the workflow asks for more input', async () => {
    const { user, sessionId } = await gateway.openSession();
    const decide = (outcome: 'submit' | 'resubmit', ageMs: number) =>
      gateway.sandbox.onfido.decide(sessionId, { outcome }, { at: new Date(Date.now() - ageMs) });
    await decide('submit', 20_000);
    expect((await returned(user)).body).toMatchObject({ next_action: 'wait' });

    await decide('resubmit', 10_000);
    await gateway.app.get(ReconciliationService).reconcile({ kind: 'user', userId: user.id });
    expect((await gateway.status(user)).body).toMatchObject({
      kyc_status: 'pending',
      next_action: 'continue',
    });
    expect((await gateway.start(user)).body).toMatchObject({ session_id: sessionId });
  });

  it('contains a verdict whose webhook was lost', async () => {
    const { user, sessionId } = await gateway.openSession();
    gateway.sandbox.onfido.webhookFor(sessionId, { outcome: 'approve' });
    expect((await returned(user)).body).toMatchObject({ kyc_status: 'verified', next_action: 'none' });
  });

  it.each([
    ['answers with an error', { status: 500 }],
    ['answers that the gateway reads too often', { status: 429 }],
    ['does not know the run', { status: 404, body: '{"error":{"type":"resource_not_found"}}' }],
    ['drops the connection', { disconnect: true }],
    ['does not answer in time', { delayMs: 30_000 }],
  ])('is answered as stored if Onfido %s', async (_, misbehavior) => {
    const { user, sessionId } = await gateway.openSession();
    await submit(sessionId);
    gateway.sandbox.onfido.misbehave(misbehavior);
    const startedAt = performance.now();
    const { status, body } = await returned(user);
    expect([status, body['next_action']]).toEqual([200, 'continue']);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    expect(
      await gateway.database.query('SELECT 1 FROM kyc_events WHERE provider_session_id = $1', [sessionId]),
    ).toEqual([]);
  });

  it('does not keep other users from starting when reads fail', async () => {
    const opened = [];
    for (let user = 0; user < 6; user += 1) opened.push(await gateway.openSession());
    gateway.sandbox.onfido.misbehave({ status: 500 });
    for (const { user } of opened) await returned(user);
    gateway.sandbox.onfido.behave();
    expect((await gateway.start(await gateway.createUser())).status).toBe(201);
  });

  it('is answered as stored while the budget of reads is used up', async () => {
    const { user, sessionId } = await gateway.openSession();
    await submit(sessionId);
    await gateway.database.query(
      `INSERT INTO kyc_rate_limits (key, points, expire)
       VALUES ('provider-reads:onfido', 150, (extract(epoch FROM now()) * 1000)::bigint + 60000)`,
    );
    expect((await returned(user)).body).toMatchObject({ next_action: 'continue' });
    expect(readsOf(sessionId)).toBe(0);
  });

  it('causes no read before the first start and after the verdict', async () => {
    const before = gateway.sandbox.onfido.calls().length;
    expect((await returned(await gateway.createUser())).body).toMatchObject({ next_action: 'start' });
    expect(gateway.sandbox.onfido.calls()).toHaveLength(before);

    const { user, sessionId } = await gateway.openSession();
    await gateway.sandbox.onfido.decide(sessionId, { outcome: 'decline' });
    expect((await returned(user)).body).toMatchObject({ next_action: 'retry' });
    expect(readsOf(sessionId)).toBe(0);
  });
});

const REPORTING = PROVIDER_NAMES.filter((name) =>
  PROVIDER_DEFINITIONS.some((definition) => definition.name === name && definition.reportsSubmission),
);

describe.each(REPORTING)('The status of a user who returns from %s', (provider) => {
  it('causes no read, because a webhook reports the submission', async () => {
    const gateway = await startGateway({ provider });
    try {
      const { user } = await gateway.openSession();
      const before = gateway.sandbox[provider].calls().length;
      const { body } = await gateway.status(user, '?returned=true');
      expect(body).toMatchObject({ next_action: 'continue' });
      expect(gateway.sandbox[provider].calls()).toHaveLength(before);
    } finally {
      await gateway.close();
    }
  });
});
