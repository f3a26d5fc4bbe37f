import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import { startGateway, type TestGateway, type User } from '../support/gateway.ts';
import { createOperator, type Operator } from '../support/operator.ts';

type Json = Record<string, unknown>;

const OVERRIDE = { status: 'rejected', reason: 'a forged document, ticket 4711' };

describe("The operators' view of one user", () => {
  let gateway: TestGateway;
  let operator: Operator;
  beforeAll(async () => {
    gateway = await startGateway();
    operator = await createOperator(gateway);
  });
  afterAll(() => gateway.close());

  const fileOf = async (user: { id: string }) => (await operator.get(`/${user.id}`)).body;
  const sessionsOf = (body: Json) => body['sessions'] as Json[];
  const eventsOf = (session: Json | undefined) => (session?.['events'] ?? []) as Json[];

  async function rejectedAndStartedAgain(): Promise<User> {
    const { user, sessionId } = await gateway.openSession();
    await gateway.sandbox.persona.decide(sessionId, { outcome: 'decline' });
    await gateway.start(user);
    return user;
  }

  it('shows the status and the outcome of each session, newest first', async () => {
    const user = await rejectedAndStartedAgain();
    const { user: standing, sessions } = await fileOf(user);
    expect(standing).toMatchObject({ user_id: user.id, kyc_status: 'pending', kyc_provider: 'persona' });
    expect(sessions).toMatchObject([
      { phase: 'open', ended_at: null, decided_at: null, next_read_at: expect.any(String) },
      { phase: 'declined', reason: 'other', ended_at: expect.any(String), decided_at: expect.any(String) },
    ]);
  });

  it('contains the ledger of each session', async () => {
    const { user, sessionId } = await gateway.openSession();
    for (const outcome of ['start', 'submit', 'approve'] as const) {
      await gateway.sandbox.persona.decide(sessionId, { outcome });
    }
    const [session] = sessionsOf(await fileOf(user));
    const events = eventsOf(session);
    expect(events).toHaveLength((await gateway.events(sessionId)).length);
    expect(events.at(-1)).toEqual({
      provider: 'persona',
      outcome: 'approved',
      reason: null,
      occurred_at: expect.any(String),
      received_at: expect.any(String),
      source: 'webhook',
      is_refused: false,
      actor: null,
      note: null,
    });
  });

  it('shows who overrode the provider, and why', async () => {
    const { user } = await gateway.openSession();
    await operator.post(`/${user.id}/override`, OVERRIDE);
    const [session] = sessionsOf(await fileOf(user));
    expect(eventsOf(session).at(-1)).toMatchObject({
      outcome: 'declined',
      source: 'operator',
      actor: operator.name,
      note: OVERRIDE.reason,
    });
  });

  it('contains only operator events for a user who never started', async () => {
    const user = await gateway.createUser();
    await operator.post(`/${user.id}/reconcile`);
    expect(await fileOf(user)).toMatchObject({
      user: { kyc_status: 'not_verified', kyc_session_id: null, updated_at: null },
      sessions: [],
      events: [{ provider: 'gateway', outcome: 'noted', source: 'operator', actor: operator.name }],
    });
  });

  it('contains events of an unknown session that name the user', async () => {
    const user = await gateway.createUser();
    await gateway.database.query(
      `INSERT INTO kyc_events (provider, event_key, provider_session_id, reference, outcome, received_at, source)
       VALUES ('persona', 'lost', 'inq_lost', $1, 'approved', now(), 'webhook')`,
      [user.id],
    );
    expect((await fileOf(user))['events']).toMatchObject([{ provider: 'persona', outcome: 'approved' }]);
  });

  it('contains nothing about other users, even when an event names both', async () => {
    const [one, other] = [await gateway.openSession(), await gateway.openSession()];
    await gateway.database.query(
      `INSERT INTO kyc_events (provider, event_key, provider_session_id, reference, outcome, received_at, source, is_refused)
       VALUES ('persona', 'crossed', $1, $2, 'approved', now(), 'webhook', true)`,
      [one.sessionId, other.user.id],
    );
    const [ofOne, ofOther] = [await fileOf(one.user), await fileOf(other.user)];
    expect(sessionsOf(ofOne)[0]?.['events']).toContainEqual(expect.objectContaining({ is_refused: true }));
    expect(JSON.stringify(ofOne)).not.toContain(other.user.id);
    expect(ofOther['events']).toEqual([]);
    for (const theirs of [one.user.id, one.sessionId]) expect(JSON.stringify(ofOther)).not.toContain(theirs);
  });

  it.each(PROVIDER_NAMES)('contains no link into a session of %s and no mail address', async (provider) => {
    const { sandbox, databaseUrl } = gateway;
    const own = await startGateway({ provider, sandbox, databaseUrl });
    try {
      const user = await own.createUser();
      const { body } = await own.start(user);
      const text = JSON.stringify(await fileOf(user));
      expect(text).toContain(String(body['session_id']));
      for (const secret of [body['session_url'], body['sdk_token'], user.email].filter(
        (word) => word !== null,
      )) {
        expect(text).not.toContain(secret);
      }
      expect(text).not.toMatch(/token|url|email|https?:/);
    } finally {
      await own.close();
    }
  });
});
