import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { InboxService } from '../../src/kyc/inbox/inbox.service.ts';
import { inboxEvent } from '../../src/kyc/inbox/inbox-event.ts';
import { erasureHelpers } from '../support/erasure-helpers.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway, type TestGateway, type User } from '../support/gateway.ts';
import { asOwner } from '../support/test-database.ts';

describe('While erasures and webhooks meet', () => {
  let gateway: TestGateway;
  let help: ReturnType<typeof erasureHelpers>;

  beforeAll(async () => {
    gateway = await startGateway({ provider: 'persona' });
    help = erasureHelpers(gateway);
  });
  afterAll(() => gateway.close());

  const persona = () => gateway.sandbox.persona;

  /** Runs `work` while another transaction locks the user's row, as a slow transaction of the platform does. */
  async function whileRowIsLocked(user: User, work: () => Promise<void>): Promise<void> {
    const platform = new Client(asOwner(gateway.databaseUrl));
    await platform.connect();
    try {
      await platform.query('BEGIN');
      await platform.query('SELECT 1 FROM users WHERE id = $1 FOR UPDATE', [user.id]);
      await work();
    } finally {
      await platform.end();
    }
  }

  const isWaitingForLock = () =>
    eventually(async () => {
      const waiting: unknown[] = await gateway.database.query(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      return waiting.length > 0 ? true : undefined;
    });

  const receive = (sessionId: string, reference: string | null) =>
    gateway.app.get(InboxService).acceptEvent(
      inboxEvent(
        {
          provider: 'persona',
          eventKey: `evt_${randomUUID()}`,
          sessionId,
          reference,
          outcome: 'expired',
          reason: null,
          occurredAt: new Date(),
        },
        'webhook',
        new Date(),
      ),
    );

  it('an erasure that waits for the row of its user stops no webhook of other users', async () => {
    const { user } = await gateway.openSession();
    const other = await gateway.openSession();
    let erasing: Promise<{ status: number }> | undefined;
    await whileRowIsLocked(user, async () => {
      erasing = help.erase(user);
      await isWaitingForLock();
      const webhook = gateway.deliver(persona().webhookFor(other.sessionId, { outcome: 'approve' }));
      await expect(Promise.race([erasing, webhook])).resolves.toMatchObject({
        status: 200,
        body: expect.not.objectContaining({ request_id: expect.anything() }),
      });
      expect((await gateway.status(other.user)).body).toMatchObject({ kyc_status: 'verified' });
    });
    expect(await erasing).toMatchObject({ status: 202 });
  });

  it('events of a session without an attempt do not bring back the user who is being erased', async () => {
    const users = await Promise.all(Array.from({ length: 8 }, () => gateway.openSession()));
    const lost = () => `inq_${randomUUID()}`;
    const racing = users.flatMap(({ user, sessionId }) => [
      receive(lost(), user.id),
      receive(sessionId, user.id),
      help.erase(user),
      receive(sessionId, user.id),
      receive(lost(), user.id),
    ]);
    const results = await Promise.all(racing);
    expect(results.filter((result) => typeof result === 'object').map(({ status }) => status)).toEqual(
      users.map(() => 202),
    );
    for (const { user } of users) {
      await expect(
        gateway.database.query('SELECT provider_session_id FROM kyc_events WHERE reference = $1', [user.id]),
      ).resolves.toEqual([]);
    }
  });
});
