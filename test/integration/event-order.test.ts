import { type InboxEvent, inboxEvent } from '../../src/kyc/inbox/inbox-event.ts';
import { InboxService } from '../../src/kyc/inbox/inbox.service.ts';
import { startGateway, type TestGateway, type User } from '../support/gateway.ts';
import { createOperator, type Operator } from '../support/operator.ts';

const FAR_AHEAD = new Date('2099-01-01T00:00:00Z');
const MINUTE_MS = 60_000;

describe('The order of events', () => {
  let gateway: TestGateway;
  let operator: Operator;
  beforeAll(async () => {
    gateway = await startGateway({ provider: 'persona' });
    operator = await createOperator(gateway);
  });
  afterAll(() => gateway.close());

  type Outcome = 'approve' | 'decline' | 'review';
  const decide = (sessionId: string, outcome: Outcome, at = new Date()) =>
    gateway.sandbox.persona.decide(sessionId, { outcome }, { at });
  const override = (user: User, status: string) =>
    operator.post(`/${user.id}/override`, { status, reason: 'Ticket 4711' });
  const statusOf = async (user: User) => (await gateway.userRow(user))['kyc_status'];
  const warnings = () =>
    gateway
      .logs()
      .split('\n')
      .filter((line) => line.includes('kyc.provider_clock_ahead'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  const eventsAhead = async () => {
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    return Number(/^kyc_events_ahead_total\{provider="persona"\} (\d+)/m.exec(metrics)?.[1] ?? 0);
  };

  const event = (eventKey: string, occurredAt: Date): InboxEvent => {
    const event = { provider: 'persona', eventKey, sessionId: null, reference: null, reason: null } as const;
    return inboxEvent({ ...event, outcome: 'noted', occurredAt }, 'webhook', new Date());
  };

  it('lets a decline replace an approval that the provider dated years ahead', async () => {
    const { user, sessionId } = await gateway.openSession();
    await decide(sessionId, 'approve', FAR_AHEAD);
    await decide(sessionId, 'decline');
    expect(await statusOf(user)).toBe('rejected');
    const [approved] = await gateway.events(sessionId);
    expect(approved).toMatchObject({ occurred_at: FAR_AHEAD });
  });

  it('lets an override win over an approval that is dated ahead, and a new verdict over the override', async () => {
    const { user, sessionId } = await gateway.openSession();
    await decide(sessionId, 'approve', FAR_AHEAD);
    expect((await override(user, 'rejected')).body).toMatchObject({ kyc_status: 'rejected' });
    await decide(sessionId, 'review');
    expect(await statusOf(user)).toBe('pending');
  });

  it('lets an override win over an event that a replica with a faster clock has stored', async () => {
    const { user, sessionId } = await gateway.openSession();
    await decide(sessionId, 'approve');
    await gateway.database.query(
      `INSERT INTO kyc_events (provider, event_key, provider_session_id, outcome, occurred_at, received_at, source)
       VALUES ('persona', 'evt_fast', $1, 'approved', now() + interval '1 hour', now() + interval '1 hour', 'webhook')`,
      [sessionId],
    );
    expect((await override(user, 'rejected')).body).toMatchObject({ kyc_status: 'rejected' });
  });

  it('lets an erasure end a review that the provider dated ahead', async () => {
    const { user, sessionId } = await gateway.openSession();
    await decide(sessionId, 'review', FAR_AHEAD);
    expect((await operator.delete(`/${user.id}/data`)).status).toBe(202);
    expect(await statusOf(user)).toBe('not_verified');
  });

  it('counts the events that are dated ahead, and logs one line for those that arrive together', async () => {
    const [counted, logged] = [await eventsAhead(), warnings().length];
    const ahead = ['evt_ahead_1', 'evt_ahead_2', 'evt_ahead_3', 'evt_ahead_3'].map((key) =>
      event(key, FAR_AHEAD),
    );
    // The first event keeps the inbox busy, so that the others form one batch.
    const events = [event('evt_in_time', new Date()), ...ahead];
    await Promise.all(events.map((each) => gateway.app.get(InboxService).acceptEvent(each)));

    expect((await eventsAhead()) - counted).toBe(3);
    expect(warnings().slice(logged)).toEqual([
      expect.objectContaining({ level: 40, provider: 'persona', events: 3, seconds: expect.any(Number) }),
    ]);
  });

  it('does not report a clock that differs by a few seconds', async () => {
    const { user, sessionId } = await gateway.openSession();
    const logged = warnings().length;
    await decide(sessionId, 'approve', new Date(Date.now() + 4_000));
    expect(await statusOf(user)).toBe('verified');
    expect(warnings()).toHaveLength(logged);
  });

  it('shows the events of a session to operators in the order in which they count', async () => {
    const { user, sessionId } = await gateway.openSession();
    await decide(sessionId, 'approve', FAR_AHEAD);
    await decide(sessionId, 'review', new Date(Date.now() - MINUTE_MS));
    await decide(sessionId, 'decline');
    const { body } = await operator.get(`/${user.id}`);
    const [attempt] = body['sessions'] as { events: { outcome: string }[] }[];
    expect(attempt?.events.map(({ outcome }) => outcome)).toEqual(['in_review', 'approved', 'declined']);
  });
});
