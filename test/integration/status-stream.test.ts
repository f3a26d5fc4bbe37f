import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { InboxService } from '../../src/kyc/inbox/inbox.service.ts';
import { openEvents, type StatusEvents } from '../support/event-stream.ts';
import { startGateway, type TestGateway, type User } from '../support/gateway.ts';

describe('The status stream', () => {
  let gateway: TestGateway;
  let replica: TestGateway;
  const open: StatusEvents[] = [];
  beforeAll(async () => {
    const environment = { CORS_ORIGINS: 'https://app.example.com' };
    gateway = await startGateway({ environment });
    const { sandbox, databaseUrl } = gateway;
    replica = await startGateway({ sandbox, databaseUrl, environment });
  });
  afterEach(() => open.splice(0).forEach((events) => events.close()));
  afterAll(async () => {
    await replica.close();
    await gateway.close();
  });

  const stream = async (user: { token: string }, at = gateway) => {
    const events = await openEvents(`${at.url}/api/kyc/status/stream`, user.token);
    open.push(events);
    return events;
  };
  const approve = (sessionId: string) => gateway.sandbox.persona.decide(sessionId, { outcome: 'approve' });
  const is = (status: string) => (state: Record<string, unknown>) => state['kyc_status'] === status;

  it('starts with the current status and sends each change', async () => {
    const user = await gateway.createUser();
    const events = await stream(user);
    expect(events.status).toBe(200);
    expect(events.headers['content-type']).toContain('text/event-stream');
    expect(events.headers['cache-control']).toBe('no-store, no-transform');
    await events.waitFor(is('not_verified'));

    const { body } = await gateway.start(user);
    await events.waitFor(is('pending'));
    await approve(String(body['session_id']));

    expect(await events.waitFor(is('verified'))).toEqual((await gateway.status(user)).body);
    expect(events.states.map((state) => state['kyc_status'])).toEqual([
      'not_verified',
      'pending',
      'verified',
    ]);
  });

  it('sends changes made at another replica to every tab of the user', async () => {
    const { user, sessionId } = await gateway.openSession();
    const tabs = await Promise.all([stream(user), stream(user, replica), stream(user, replica)]);
    await approve(sessionId);
    for (const tab of tabs) expect(await tab.waitFor(is('verified'))).toBeDefined();
  });

  it('sends a user nothing about other users', async () => {
    const { sessionId, user } = await gateway.openSession();
    const stranger = await stream(await gateway.createUser());
    const own = await stream(user);
    await approve(sessionId);
    await own.waitFor(is('verified'));
    expect(stranger.states.every(is('not_verified'))).toBe(true);
  });

  it('loses no change when its notification connection to PostgreSQL breaks', async () => {
    const { user, sessionId } = await gateway.openSession();
    const events = await stream(user);
    await events.waitFor(is('pending'));
    await gateway.database.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE application_name = 'kyc-gateway feed' AND datname = current_database()`,
    );
    await approve(sessionId);
    expect(await events.waitFor(is('verified'))).toBeDefined();
  });

  it('publishes changes once per batch, not once per webhook', async () => {
    const sessions = await Promise.all(Array.from({ length: 20 }, () => gateway.openSession()));
    const listener = new Client(gateway.databaseUrl);
    await listener.connect();
    await listener.query('LISTEN kyc_status');
    const heard: string[][] = [];
    const heardOf = (user: User) => heard.flat().includes(user.id);
    const all = new Promise<void>((resolve) => {
      listener.on('notification', ({ payload = '' }) => {
        heard.push(JSON.parse(payload) as string[]);
        if (sessions.every(({ user }) => heardOf(user))) resolve();
      });
    });
    const inbox = gateway.app.get(InboxService);
    await Promise.all(
      sessions.map(({ sessionId }) =>
        inbox.acceptEvent({
          provider: 'persona',
          eventKey: `evt_${randomUUID()}`,
          sessionId,
          reference: null,
          outcome: 'approved',
          reason: null,
          occurredAt: new Date(),
          source: 'webhook',
          receivedAt: new Date(),
          lookup: null,
          actor: null,
          note: null,
        }),
      ),
    );
    await all;
    await listener.end();
    // The first event forms its own batch. The others arrive while it is committed.
    expect(heard.map((users) => users.length)).toEqual([1, 19]);
  });

  it('allows eight open streams per user, and another one after one is closed', async () => {
    const user = await gateway.createUser();
    const streams = await Promise.all(Array.from({ length: 8 }, () => stream(user)));
    const ninth = await fetch(`${gateway.url}/api/kyc/status/stream`, {
      headers: { authorization: `Bearer ${user.token}` },
    });
    expect(ninth.status).toBe(429);
    expect(ninth.headers.get('retry-after')).toBe('30');
    expect(await ninth.json()).toMatchObject({ code: 'stream.too_many' });

    streams[0]?.close();
    let again = await stream(user);
    while (again.status === 429) again = await stream(user);
    expect(again.status).toBe(200);
  });

  it('ends the stream when the token expires', async () => {
    const { id } = await gateway.createUser();
    const token = await gateway.sandbox.issuer.tokenFor({ sub: id }, { expiresInSeconds: 1 });
    const events = await stream({ token });
    await events.waitFor(is('not_verified'));
    await expect(events.ended).resolves.toBeUndefined();
  });

  it('ends the stream cleanly when the gateway shuts down', async () => {
    const { sandbox, databaseUrl } = gateway;
    const third = await startGateway({ sandbox, databaseUrl });
    const events = await stream(await third.createUser(), third);
    await events.waitFor(is('not_verified'));
    await third.close();
    await expect(events.ended).resolves.toBeUndefined();
  });

  it('rejects callers without a token, unknown users and pages of other origins', async () => {
    const get = (headers: Record<string, string>) =>
      fetch(`${gateway.url}/api/kyc/status/stream`, { headers });
    expect((await get({})).status).toBe(401);
    const unknown = await gateway.sandbox.issuer.tokenFor({ sub: randomUUID() });
    expect((await get({ authorization: `Bearer ${unknown}` })).status).toBe(404);

    const user = await gateway.createUser();
    for (const [origin, allowed] of [
      ['https://app.example.com', 'https://app.example.com'],
      ['https://evil.example.com', undefined],
    ] as const) {
      const events = await openEvents(`${gateway.url}/api/kyc/status/stream`, user.token, { origin });
      open.push(events);
      expect(events.headers['access-control-allow-origin']).toBe(allowed);
    }
  });
});
