import { startGateway, type TestGateway, type User } from '../support/gateway.ts';
import { createOperator, type Operator } from '../support/operator.ts';

type Outcome = 'approve' | 'decline' | 'review';

interface ReplacedAttempt {
  user: User;
  first: string;
  second: string;
}

const MINUTE_MS = 60_000;
const REASON = 'Compared with the dashboard, ticket 4711';

describe('A late verdict of a replaced attempt', () => {
  let gateway: TestGateway;
  let operator: Operator;
  beforeAll(async () => {
    gateway = await startGateway({ environment: { KYC_MAX_ATTEMPTS: '5' } });
    operator = await createOperator(gateway);
  });
  afterAll(() => gateway.close());

  const decide = (sessionId: string, outcome: Outcome, at = new Date()) =>
    gateway.sandbox.persona.decide(sessionId, { outcome }, { at });
  const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * MINUTE_MS);
  const statusOf = async (user: User) => (await gateway.userRow(user))['kyc_status'];

  /** The first attempt was declined, and the user has started a second one. */
  async function replaced(): Promise<ReplacedAttempt> {
    const { user, sessionId: first } = await gateway.openSession();
    await decide(first, 'decline', minutesAgo(30));
    const second = String((await gateway.start(user)).body['session_id']);
    return { user, first, second };
  }

  async function approvedLate(): Promise<ReplacedAttempt & { eventId: string }> {
    const attempt = await replaced();
    await decide(attempt.first, 'approve', minutesAgo(20));
    return { ...attempt, eventId: await eventIdOf(attempt.user) };
  }

  async function listOf(user: { id: string }): Promise<Record<string, unknown>[]> {
    const { body } = await operator.lateVerdicts('?limit=200');
    return (body['late_verdicts'] as Record<string, unknown>[]).filter(
      (verdict) => verdict['user_id'] === user.id,
    );
  }

  async function eventIdOf(user: User): Promise<string> {
    const [verdict] = await listOf(user);
    return String(verdict?.['event_id']);
  }

  it('is in the list of late verdicts', async () => {
    const { user, first } = await approvedLate();
    expect(await listOf(user)).toEqual([
      {
        event_id: expect.stringMatching(/^\d+$/),
        user_id: user.id,
        kyc_status: 'pending',
        provider: 'persona',
        session_id: first,
        outcome: 'approved',
        reason: null,
        occurred_at: expect.stringMatching(/Z$/),
        received_at: expect.stringMatching(/Z$/),
      },
    ]);
  });

  it('stays in the list after the provider has decided the newer attempt differently', async () => {
    const { user, first, second } = await replaced();
    await decide(second, 'approve', minutesAgo(10));
    await decide(first, 'review', minutesAgo(5));
    expect(await listOf(user)).toMatchObject([{ outcome: 'in_review', kyc_status: 'verified' }]);
  });

  it('leaves the list when the newer attempt has the same result', async () => {
    const { user, second } = await approvedLate();
    await decide(second, 'approve');
    expect(await listOf(user)).toEqual([]);
  });

  it('leaves the list when the provider takes it back', async () => {
    const { user, first } = await approvedLate();
    await decide(first, 'review', minutesAgo(10));
    expect(await listOf(user)).toEqual([]);
  });

  it('leaves the list when an operator decides otherwise', async () => {
    const { user, eventId } = await approvedLate();
    await operator.post(`/${user.id}/override`, { status: 'rejected', reason: REASON });
    expect(await listOf(user)).toEqual([]);
    expect(await operator.acceptLateVerdict(eventId)).toMatchObject({
      status: 409,
      body: { code: 'kyc.late_verdict_outdated' },
    });
    expect(await statusOf(user)).toBe('rejected');
  });

  it('is not in the list if the provider only repeats what it decided before the replacement', async () => {
    const { user, first } = await replaced();
    await decide(first, 'decline', minutesAgo(10));
    expect(await listOf(user)).toEqual([]);
  });

  it('is in the list once although the provider repeats it', async () => {
    const { user, first, eventId } = await approvedLate();
    await decide(first, 'approve', minutesAgo(10));
    expect(await listOf(user)).toMatchObject([{ event_id: eventId }]);
  });

  it('becomes the status of the user when an operator accepts it', async () => {
    const { user, second, eventId } = await approvedLate();
    expect(await operator.acceptLateVerdict(eventId)).toMatchObject({
      status: 200,
      body: { user_id: user.id, kyc_status: 'verified', kyc_session_id: second },
    });
    expect(await statusOf(user)).toBe('verified');
    expect(await listOf(user)).toEqual([]);
  });

  it('is accepted as an event of the operator with the reason, and with the mail of an override', async () => {
    const { user, second, eventId } = await approvedLate();
    await operator.acceptLateVerdict(eventId);
    expect(await gateway.events(second)).toMatchObject([
      {
        outcome: 'approved',
        source: 'operator',
        actor: operator.name,
        note: REASON,
        event_key: `operator:accept_late_verdict:${eventId}`,
      },
    ]);
    const mail = await gateway.sandbox.mailbox.waitFor(
      ({ to, subject }) => to.includes(user.email) && subject === 'You are verified',
    );
    expect(mail.text).not.toContain(REASON);
    expect(gateway.logs()).toContain('admin.accept_late_verdict');
  });

  it('withdraws the approval of the newer attempt when an operator accepts a late decline', async () => {
    const { user, sessionId: first } = await gateway.openSession();
    await gateway.sandbox.persona.decide(first, { outcome: 'expire' }, { at: minutesAgo(30) });
    const second = String((await gateway.start(user)).body['session_id']);
    await decide(second, 'approve', minutesAgo(20));
    await decide(first, 'decline', minutesAgo(10));
    expect(await statusOf(user)).toBe('verified');
    expect(await operator.acceptLateVerdict(await eventIdOf(user))).toMatchObject({
      status: 200,
      body: { kyc_status: 'rejected', kyc_session_id: second, kyc_rejection_reason: expect.any(String) },
    });
  });

  it('loses to a newer verdict about the newer attempt after its acceptance, as every override does', async () => {
    const { user, second, eventId } = await approvedLate();
    await operator.acceptLateVerdict(eventId);
    await decide(second, 'decline', new Date(Date.now() + MINUTE_MS));
    expect(await statusOf(user)).toBe('rejected');
    expect(await listOf(user)).toEqual([]);
    expect(await operator.acceptLateVerdict(eventId)).toMatchObject({
      status: 409,
      body: { code: 'kyc.late_verdict_accepted' },
    });
  });

  it('is accepted once although two operators accept it at the same time', async () => {
    const { user, second, eventId } = await approvedLate();
    const other = await createOperator(gateway);
    const answers = await Promise.all([
      operator.acceptLateVerdict(eventId),
      other.acceptLateVerdict(eventId),
      operator.acceptLateVerdict(eventId),
    ]);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
    for (const { body } of answers.filter(({ status }) => status === 409)) {
      expect(body['code']).toBe('kyc.late_verdict_accepted');
    }
    expect(await gateway.events(second)).toHaveLength(1);
    expect(await statusOf(user)).toBe('verified');
  });

  it('cannot be accepted after the newer attempt had the same result', async () => {
    const { second, eventId } = await approvedLate();
    await decide(second, 'approve');
    expect(await operator.acceptLateVerdict(eventId)).toMatchObject({
      status: 409,
      body: { code: 'kyc.late_verdict_outdated' },
    });
    expect(await gateway.events(second)).toHaveLength(1);
  });

  it('is not listed and cannot be accepted after the user was erased', async () => {
    const { user, eventId } = await approvedLate();
    await operator.delete(`/${user.id}/data`);
    expect(await listOf(user)).toEqual([]);
    expect(await operator.acceptLateVerdict(eventId)).toMatchObject({
      status: 409,
      body: { code: 'kyc.late_verdict_erased' },
    });
    expect(await statusOf(user)).toBe('not_verified');
  });

  it.each(['0', '999999999999', 'abc', '-1', '9'.repeat(30)])(
    'cannot be accepted under the id %s, which names no late verdict',
    async (id) => {
      expect(await operator.acceptLateVerdict(id)).toMatchObject({
        status: 409,
        body: { code: 'kyc.late_verdict_outdated' },
      });
    },
  );

  it.each([{}, { reason: '' }, { reason: REASON, status: 'verified' }])(
    'is not accepted with the body %j',
    async (body) => {
      expect(await operator.acceptLateVerdict('1', body)).toMatchObject({ status: 400 });
    },
  );

  it('is listed in pages, the newest first', async () => {
    const expected: string[] = [];
    for (let n = 0; n < 3; n += 1) expected.unshift((await approvedLate()).eventId);
    const found: string[] = [];
    for (let next: unknown = null; found.length < expected.length;) {
      const { body, headers } = await operator.lateVerdicts(
        `?limit=1${next === null ? '' : `&after=${String(next)}`}`,
      );
      expect(headers.get('cache-control')).toBe('no-store');
      const [verdict] = body['late_verdicts'] as { event_id: string }[];
      found.push(String(verdict?.event_id));
      next = body['next'];
    }
    expect(found).toEqual(expected);
  });

  it.each(['?limit=0', '?limit=201', '?limit=x', '?after=', '?after=x', '?before=1'])(
    'is not listed for the query %s',
    async (query) => {
      expect(await operator.lateVerdicts(query)).toMatchObject({
        status: 400,
        body: { code: 'request.invalid' },
      });
    },
  );
});

describe('A late verdict of a replaced attempt, if erasures delete the decision', () => {
  it('is not listed and cannot be accepted after the user was erased', async () => {
    const gateway = await startGateway({ environment: { KYC_ERASURE_KEEPS_DECISION: 'false' } });
    const operator = await createOperator(gateway);
    const { user, sessionId } = await gateway.openSession();
    await gateway.sandbox.persona.decide(sessionId, { outcome: 'decline' });
    await gateway.start(user);
    await gateway.sandbox.persona.decide(sessionId, { outcome: 'approve' });
    const listed = (await operator.lateVerdicts()).body['late_verdicts'] as { event_id: string }[];
    await operator.delete(`/${user.id}/data`);
    expect((await operator.lateVerdicts()).body['late_verdicts']).toEqual([]);
    expect(await operator.acceptLateVerdict(listed[0]?.event_id ?? '')).toMatchObject({
      status: 409,
      body: { code: 'kyc.late_verdict_outdated' },
    });
    await gateway.close();
  });
});
