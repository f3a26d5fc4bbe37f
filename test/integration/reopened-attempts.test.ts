import { ReconciliationService } from '../../src/kyc/reconciliation/reconciliation.service.ts';
import { RetentionService } from '../../src/kyc/retention/retention.service.ts';
import { erasureHelpers } from '../support/erasure-helpers.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway, type TestGateway, type User } from '../support/gateway.ts';
import { createOperator, type Operator } from '../support/operator.ts';

type Outcome = 'approve' | 'decline' | 'review' | 'resubmit';
const START = new Date('2026-03-04T10:00:00Z').getTime();
const DAY_MS = 24 * 60 * 60 * 1_000;

describe('An attempt that the provider reopens', () => {
  let gateway: TestGateway;
  let operator: Operator;
  beforeAll(async () => {
    gateway = await startGateway({ provider: 'veriff', environment: { KYC_MAX_ATTEMPTS: '2' } });
    operator = await createOperator(gateway);
  });
  afterEach(() => gateway.sandbox.veriff.behave());
  afterAll(() => gateway.close());

  /** Starts a session and lets the provider make the decisions, a second apart. */
  async function decided(...outcomes: Outcome[]) {
    const opened = await gateway.openSession();
    for (const [second, outcome] of outcomes.entries()) await decide(opened.sessionId, outcome, second);
    return opened;
  }
  const decide = (sessionId: string, outcome: Outcome, second: number) =>
    gateway.sandbox.veriff.decide(sessionId, { outcome }, { at: new Date(START + second * 1_000) });
  const override = (user: User, status: string) =>
    operator.post(`/${user.id}/override`, { status, reason: 'Ticket 4711' });
  const statusOf = async (user: User) => (await gateway.userRow(user))['kyc_status'];
  const attemptsOf = (user: User): Promise<Record<string, unknown>[]> =>
    gateway.database.query('SELECT * FROM kyc_sessions WHERE user_id = $1 ORDER BY opened_at', [user.id]);
  const reconcile = (now = new Date()) =>
    gateway.app.get(ReconciliationService).reconcile({ kind: 'due', now });
  /** Moves the user's attempts back in time. */
  const wait = (user: User, interval: string) =>
    gateway.database.query(
      `UPDATE kyc_sessions SET next_read_at = next_read_at - $2::interval, expires_at = expires_at - $2::interval
       WHERE user_id = $1`,
      [user.id, interval],
    );

  describe('and is then erased', () => {
    const histories: [string, (opened: { user: User }) => Promise<unknown>, Outcome[]][] = [
      ['a review after an approval', () => Promise.resolve(), ['approve', 'review']],
      ['a resubmission request after a decline', () => Promise.resolve(), ['decline', 'resubmit']],
      ['an override to pending after an approval', ({ user }) => override(user, 'pending'), ['approve']],
    ];

    it.each(histories)('lets the user start anew after %s', async (_, then, outcomes) => {
      const opened = await decided(...outcomes);
      await then(opened);
      expect(await statusOf(opened.user)).toBe('pending');

      expect((await erasureHelpers(gateway).erase(opened.user)).status).toBe(202);

      expect((await gateway.status(opened.user)).body).toMatchObject({
        kyc_status: 'not_verified',
        next_action: 'start',
      });
      // The start waits for a call that erases at the provider, for milliseconds.
      await eventually(async () => ((await gateway.start(opened.user)).status === 201 ? true : undefined));
    });
  });

  it('has neither an end nor a decision, and is read again', async () => {
    const { user } = await decided('approve', 'review');
    expect(await attemptsOf(user)).toMatchObject([
      { phase: 'in_review', ended_at: null, decided_at: null, next_read_at: expect.any(Date) },
    ]);
  });

  it('follows a verdict whose webhook was lost', async () => {
    const { user, sessionId } = await decided('approve', 'review');
    gateway.sandbox.veriff.webhookFor(sessionId, { outcome: 'approve' }, { at: new Date(START + 9_000) });
    await wait(user, '16 minutes');
    await reconcile();
    expect(await statusOf(user)).toBe('verified');
    expect(await attemptsOf(user)).toMatchObject([{ ended_at: expect.any(Date), next_read_at: null }]);
  });

  it('expires like any other attempt if the user does not submit again', async () => {
    const { user } = await decided('decline', 'resubmit');
    await wait(user, '8 days');
    await reconcile();
    expect(await attemptsOf(user)).toMatchObject([{ phase: 'expired', ended_at: expect.any(Date) }]);
  });

  it('is resumed with its first link, without a second session', async () => {
    const user = await gateway.createUser();
    const { body: first } = await gateway.start(user);
    const sessionId = String(first['session_id']);
    await decide(sessionId, 'decline', 0);
    await decide(sessionId, 'resubmit', 1);
    expect(await gateway.start(user)).toMatchObject({
      status: 200,
      body: { session_id: sessionId, session_url: first['session_url'] },
    });
    expect(await attemptsOf(user)).toHaveLength(1);
  });

  it('is resumed by the start during which it was reopened', async () => {
    const { user, sessionId } = await decided('decline');
    const calls = gateway.sandbox.veriff.calls().length;
    gateway.sandbox.veriff.misbehave({ delayMs: 700, times: 1 });
    const starting = gateway.start(user);
    await eventually(async () => (gateway.sandbox.veriff.calls().length > calls ? true : undefined));

    await decide(sessionId, 'resubmit', 1);

    expect(await starting).toMatchObject({ status: 200, body: { session_id: sessionId } });
    expect(await attemptsOf(user)).toMatchObject([
      { phase: 'resubmission_requested', ended_at: null },
      // The session was created, so its id is kept for the limit and for an erasure.
      { phase: 'failed', provider_session_id: expect.any(String), ended_at: expect.any(Date) },
    ]);
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'pending', kyc_session_id: sessionId });
  });

  it('is left as it is if a newer attempt has replaced it', async () => {
    const { user, sessionId } = await decided('decline');
    const second = (await gateway.start(user)).body['session_id'];
    await decide(sessionId, 'resubmit', 1);
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'pending', kyc_session_id: second });
    expect(await attemptsOf(user)).toMatchObject([
      { phase: 'declined', ended_at: expect.any(Date), resume_token: null },
      { phase: 'open', ended_at: null, resume_token: expect.any(String) },
    ]);
  });

  it('keeps its link until the session has expired', async () => {
    const { user } = await decided('approve');
    const retention = gateway.app.get(RetentionService);
    await retention.purge(new Date());
    expect(await attemptsOf(user)).toMatchObject([{ resume_token: expect.any(String) }]);
    await retention.purge(new Date(Date.now() + 8 * DAY_MS));
    expect(await attemptsOf(user)).toMatchObject([{ resume_token: null }]);
  });
});
