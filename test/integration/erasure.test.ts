import { randomUUID } from 'node:crypto';
import { erasureHelpers } from '../support/erasure-helpers.ts';
import { startGateway, type TestGateway, type User } from '../support/gateway.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe('An erasure request', () => {
  let gateway: TestGateway;
  let help: ReturnType<typeof erasureHelpers>;

  beforeAll(async () => {
    gateway = await startGateway({ provider: 'persona', environment: { KYC_MAX_ATTEMPTS: '2' } });
    help = erasureHelpers(gateway);
  });
  afterEach(() => gateway.sandbox.persona.behave());
  afterAll(() => gateway.close());

  const persona = () => gateway.sandbox.persona;
  const holdProviderBack = () => persona().misbehave({ status: 503 });

  async function decided(outcome: 'approve' | 'decline' | 'review') {
    const opened = await gateway.openSession();
    const [delivery] = await persona().decide(opened.sessionId, { outcome });
    return { ...opened, deliveryId: delivery?.id ?? '' };
  }

  const attemptsOf = (user: User): Promise<Record<string, unknown>[]> =>
    gateway.database.query('SELECT * FROM kyc_sessions WHERE user_id = $1 ORDER BY opened_at', [user.id]);

  describe('of a verified user', () => {
    it('answers 202 with the id of the erasure request', async () => {
      const { user } = await decided('approve');
      const { status, headers, body } = await help.erase(user);
      expect([status, headers.get('cache-control')]).toEqual([202, 'no-store']);
      expect(body).toEqual({
        request_id: expect.stringMatching(UUID),
        requested_at: expect.stringMatching(/^\d{4}-.*Z$/),
      });
    });

    it('leaves evidence of what was erased and where', async () => {
      const { user } = await decided('approve');
      await help.erase(user);
      expect(await help.completed(user)).toMatchObject([
        { place: 'gateway', requested_by: 'user', provider_session_id: null },
        { place: 'persona', requested_by: 'user', provider_session_id: null },
      ]);
    });

    it('is logged with the time that identifies it in the evidence', async () => {
      const { user } = await decided('approve');
      await help.erase(user);
      const line = gateway
        .logs()
        .split('\n')
        .find((text) => text.includes('kyc.erasure_requested') && text.includes(user.id));
      const [row] = await help.rowsOf(user);
      expect(JSON.parse(String(line))).toMatchObject({
        requestId: row?.request_id,
        requestedAt: row?.requested_at.toISOString(),
        by: 'user',
      });
    });

    it('makes the provider erase the session', async () => {
      const { user, sessionId } = await decided('approve');
      await help.erase(user);
      await help.completed(user);
      expect(
        persona()
          .sessions()
          .find((session) => session.id === sessionId),
      ).toMatchObject({ isErased: true });
    });

    it('leaves the user verified', async () => {
      const { user } = await decided('approve');
      await help.erase(user);
      expect((await gateway.status(user)).body).toMatchObject({
        kyc_status: 'verified',
        kyc_session_id: expect.stringMatching(/^erased:/),
        next_action: 'none',
      });
    });

    it('leaves the id of the provider session in no table', async () => {
      const { user, sessionId } = await decided('approve');
      await help.erase(user);
      await help.completed(user);
      expect(await help.tablesWith(sessionId)).toEqual([]);
    });

    it('keeps the order of the ledger, without the fields that name the user', async () => {
      const { user, sessionId } = await gateway.openSession();
      for (const outcome of ['start', 'submit', 'approve'] as const)
        await persona().decide(sessionId, { outcome });
      const before = await gateway.events(sessionId);
      await help.erase(user);
      const [session] = await attemptsOf(user);
      const after = await gateway.events(`erased:${session?.['id'] as string}`);
      const named = { provider_session_id: 0, reference: 0, event_key: 0 };
      const rest = (events: Record<string, unknown>[]) => events.map((event) => ({ ...event, ...named }));
      expect(rest(after)).toEqual(rest(before));
      expect(after.map((event) => event['reference'])).toEqual(before.map(() => null));
    });

    it('deletes the stored link into the session', async () => {
      const { user } = await decided('approve');
      await help.erase(user);
      expect(await attemptsOf(user)).toMatchObject([
        { redirect_url: null, resume_token: null, phase: 'approved' },
      ]);
    });

    it('creates one erasure request for two simultaneous calls', async () => {
      const { user } = await decided('approve');
      const answers = await Promise.all([help.erase(user), help.erase(user), help.erase(user)]);
      expect(new Set(answers.map(({ body }) => body['request_id'])).size).toBe(1);
    });

    it('returns the same erasure request while it is pending', async () => {
      const { user } = await decided('approve');
      holdProviderBack();
      const first = await help.erase(user);
      expect((await help.erase(user)).body).toEqual(first.body);
    });

    it('adds no evidence when a completed erasure is requested again', async () => {
      const { user } = await decided('approve');
      const first = await help.erase(user);
      const rows = await help.completed(user);
      expect((await help.erase(user)).body).toEqual(first.body);
      expect(await help.rowsOf(user)).toEqual(rows);
    });

    it('sends no mail to the user', async () => {
      const { user } = await decided('approve');
      await gateway.sandbox.mailbox.waitFor((mail) => mail.to.includes(user.email));
      await help.erase(user);
      await help.completed(user);
      const mails = gateway.sandbox.mailbox.messages().filter((mail) => mail.to.includes(user.email));
      expect(mails).toHaveLength(1);
    });
  });

  describe('of a user with an unfinished session', () => {
    it('ends the open session first', async () => {
      const { user } = await gateway.openSession();
      await help.erase(user);
      expect(await attemptsOf(user)).toMatchObject([{ phase: 'abandoned', ended_at: expect.any(Date) }]);
      expect((await gateway.status(user)).body).toMatchObject({
        kyc_status: 'not_verified',
        next_action: 'start',
      });
    });

    it('ends a session in review', async () => {
      const { user } = await decided('review');
      await help.erase(user);
      expect(await attemptsOf(user)).toMatchObject([{ phase: 'failed', ended_at: expect.any(Date) }]);
      expect((await gateway.status(user)).body).toMatchObject({ kyc_status: 'not_verified' });
    });

    it('lets the user start again', async () => {
      const { user, sessionId } = await gateway.openSession();
      await help.erase(user);
      await help.completed(user);
      const { status, body } = await gateway.start(user);
      expect(status).toBe(201);
      expect(body['session_id']).not.toBe(sessionId);
    });

    it('includes a session created while the request is pending', async () => {
      const { user } = await gateway.openSession();
      holdProviderBack();
      const first = await help.erase(user);
      await help.tried(user);
      persona().behave();
      await gateway.start(user);
      holdProviderBack();
      const second = await help.erase(user);
      expect(second.body).toEqual(first.body);
      const rows = await help.rowsOf(user);
      expect(rows.map(({ place }) => place).toSorted()).toEqual(['gateway', 'gateway', 'persona', 'persona']);
      expect(new Set(rows.map((row) => row.request_id)).size).toBe(1);
    });

    it('does not reset the number of attempts', async () => {
      const { user } = await gateway.openSession();
      await help.erase(user);
      expect((await gateway.status(user)).body).toMatchObject({ attempts_left: 1 });
    });

    it.each([
      ['rejects an erasure with 409 while a start is running', '30 seconds', 409, 'opening'],
      ['ends an attempt that a crashed start left behind', '-1 seconds', 202, 'failed'],
    ])('%s', async (_, lease, status, phase) => {
      const user = await gateway.createUser();
      await gateway.database.query(
        `INSERT INTO kyc_sessions (user_id, provider, phase, redirect_url, opened_at, changed_at, next_read_at)
         VALUES ($1, 'persona', 'opening', 'https://app.example.com/kyc/return', now(), now(), now() + $2::interval)`,
        [user.id, lease],
      );
      const answer = await help.erase(user);
      expect([answer.status, answer.body['code']]).toEqual([
        status,
        status === 409 ? 'kyc.start_in_progress' : undefined,
      ]);
      expect(await attemptsOf(user)).toMatchObject([{ phase }]);
    });

    it('leaves evidence even when there was nothing to erase', async () => {
      const user = await gateway.createUser();
      await Promise.all([help.erase(user), help.erase(user)]);
      expect(await help.rowsOf(user)).toMatchObject([{ place: 'gateway', erased_at: expect.any(Date) }]);
    });
  });

  describe('that is invalid', () => {
    it('rejects an erasure without a token', async () => {
      expect(await help.erase({ token: 'none' })).toMatchObject({ status: 401 });
    });

    it('rejects an erasure for an unknown user', async () => {
      const token = await gateway.sandbox.issuer.tokenFor({ sub: randomUUID() });
      expect(await help.erase({ token })).toMatchObject({ status: 404, body: { code: 'user.unknown' } });
    });

    it('rejects erasures of a user who exceeds the limit', async () => {
      const user = await gateway.createUser();
      const statuses = [];
      for (let time = 0; time < 11; time += 1) statuses.push((await help.erase(user)).status);
      expect(statuses).toEqual([...Array.from({ length: 10 }, () => 202), 429]);
    });
  });
});
