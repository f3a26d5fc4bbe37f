import { openEvents } from '../support/event-stream.ts';
import { eventually } from '../support/eventually.ts';
import { type Line, openLine } from '../support/frozen-connections.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

describe('When PostgreSQL vanishes without closing its connections, the gateway', () => {
  let database: TestDatabase;
  let line: Line;
  let gateway: TestGateway;

  beforeAll(async () => {
    database = await createTestDatabase();
    line = await openLine(database.url);
    gateway = await startGateway({ databaseUrl: line.url });
  });
  afterAll(async () => {
    line.recover();
    await gateway.close();
    await line.close();
    await database.drop();
  }, 60_000);

  it('answers 503 within a bounded time, and recovers when PostgreSQL is back', async () => {
    const { user, sessionId } = await gateway.openSession();
    const webhook = gateway.sandbox.persona.webhookFor(sessionId, { outcome: 'approve' });
    const timed = async (call: Promise<{ status: number }>) => {
      const startedAt = performance.now();
      const { status } = await call;
      return { status, seconds: (performance.now() - startedAt) / 1_000 };
    };

    line.freeze();
    const [delivery, status] = await Promise.all([
      timed(gateway.deliver(webhook)),
      timed(gateway.status(user)),
    ]);
    line.recover();

    // Either the connection or the event times out first. Both lead to 503.
    expect(delivery.status).toBe(503);
    expect(delivery.seconds).toBeLessThan(10);
    expect(status.status).toBe(503);
    expect(status.seconds).toBeLessThan(10);
    await eventually(async () => ((await gateway.deliver(webhook)).status === 200 ? true : undefined));
    const answer = await eventually(async () => {
      const { status: code, body } = await gateway.status(user);
      return code === 200 ? body : undefined;
    });
    expect(answer).toMatchObject({ kyc_status: 'verified' });
    await gateway.sandbox.mailbox.waitFor((mail) => mail.to.includes(user.email), 40_000);
  }, 90_000);

  it('ends the status streams and opens no new one until PostgreSQL is back', async () => {
    const user = await gateway.createUser();
    const open = () => openEvents(`${gateway.url}/api/kyc/status/stream`, user.token);
    const before = await open();
    await before.waitFor(({ kyc_status: status }) => status === 'not_verified');

    line.cut();
    await before.ended;
    const during = await fetch(`${gateway.url}/api/kyc/status/stream`, {
      headers: { authorization: `Bearer ${user.token}` },
    });
    expect(during.status).toBe(503);
    expect(during.headers.get('retry-after')).toBe('5');
    expect(await during.json()).toMatchObject({ code: 'stream.unavailable' });

    line.recover();
    const after = await eventually(async () => {
      const events = await open();
      return events.status === 200 ? events : undefined;
    });
    await after.waitFor(({ kyc_status: status }) => status === 'not_verified');
    after.close();
  }, 60_000);
});
