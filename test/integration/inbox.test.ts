import { randomUUID } from 'node:crypto';
import { sqlState } from '../../src/common/database-failure.ts';
import type { InboxEvent } from '../../src/kyc/inbox/inbox-event.ts';
import { EventNotStoredError, InboxService } from '../../src/kyc/inbox/inbox.service.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway, type TestGateway, type User } from '../support/gateway.ts';

const DEADLOCK_DETECTED = '40P01';

describe('The inbox', () => {
  let gateway: TestGateway;
  let inbox: InboxService;

  beforeAll(async () => {
    gateway = await startGateway({ provider: 'persona' });
    inbox = gateway.app.get(InboxService);
  });
  afterAll(() => gateway.close());

  const event = (sessionId: string, changes: Partial<InboxEvent> = {}): InboxEvent => ({
    provider: 'persona',
    eventKey: `evt_${randomUUID()}`,
    sessionId,
    reference: null,
    outcome: 'approved',
    reason: null,
    occurredAt: new Date('2026-03-04T10:00:00Z'),
    source: 'webhook',
    receivedAt: new Date(),
    lookup: null,
    actor: null,
    note: null,
    ...changes,
  });
  const statusOf = async (user: User) => (await gateway.userRow(user))['kyc_status'];
  const jobsFor = (user: User): Promise<{ subject: string }[]> =>
    gateway.database.query(
      `SELECT data ->> 'subject' AS subject FROM kyc_jobs.job WHERE name = 'notification' AND data ->> 'userId' = $1 ORDER BY created_on`,
      [user.id],
    );

  /** The workers lock the partitions of the table in another order, so a change can end as the victim of a deadlock. */
  const alterJobs = (change: string) =>
    eventually(() =>
      gateway.database.query(`ALTER TABLE kyc_jobs.job ${change}`).then(
        () => true,
        (error: Error) => {
          if (sqlState(error) !== DEADLOCK_DETECTED) throw error;
          return undefined;
        },
      ),
    );

  it('withdraws an approval and notifies the user when a newer decline arrives', async () => {
    const { user, sessionId } = await gateway.openSession();
    await inbox.acceptEvent(event(sessionId));
    const declined = {
      outcome: 'declined',
      reason: 'other',
      occurredAt: new Date('2026-03-05T10:00:00Z'),
    } as const;

    await inbox.acceptEvent(event(sessionId, declined));

    expect(await gateway.userRow(user)).toMatchObject({
      kyc_status: 'rejected',
      kyc_rejection_reason: 'other',
    });
    expect(await jobsFor(user)).toEqual([{ subject: 'verified' }, { subject: 'approval_withdrawn' }]);
  });

  it('ignores an older event that arrives later', async () => {
    const { user, sessionId } = await gateway.openSession();
    await inbox.acceptEvent(event(sessionId, { occurredAt: new Date('2026-03-05T10:00:00Z') }));
    await inbox.acceptEvent(event(sessionId, { outcome: 'declined', reason: 'other' }));
    await inbox.acceptEvent(
      event(sessionId, { outcome: 'expired', occurredAt: new Date('2026-03-09T10:00:00Z') }),
    );

    expect(await statusOf(user)).toBe('verified');
    expect(await gateway.events(sessionId)).toHaveLength(3);
    expect(await jobsFor(user)).toEqual([{ subject: 'verified' }]);
  });

  it('records and reports a verdict of a replaced session without changing the status', async () => {
    const { user, sessionId: first } = await gateway.openSession();
    await inbox.acceptEvent(event(first, { outcome: 'declined', reason: 'other' }));
    const second = String((await gateway.start(user)).body['session_id']);
    expect(second).not.toBe(first);

    const result = await inbox.acceptEvent(event(first, { occurredAt: new Date('2027-01-01T00:00:00Z') }));

    expect(result).toBe('late');
    expect(gateway.logs()).toContain('kyc.late_verdict');
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'pending', kyc_session_id: second });
    expect(await gateway.events(first)).toHaveLength(2);
  });

  it('applies the other events of a batch when one event fails', async () => {
    const sessions = await Promise.all([gateway.openSession(), gateway.openSession(), gateway.openSession()]);
    const poisoned = event(sessions[1].sessionId, { outcome: 'x'.repeat(40) as never });
    const good = [event(sessions[0].sessionId), event(sessions[2].sessionId)] as const;

    const [first, second, third] = await Promise.allSettled([
      // The first event keeps the inbox busy, so that the others form one batch.
      inbox.acceptEvent(event('inq_unknown')),
      inbox.acceptEvent(good[0]),
      inbox.acceptEvent(poisoned),
      inbox.acceptEvent(good[1]),
    ]).then(([, ...others]) => others);

    expect([first?.status, second?.status, third?.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(second).toMatchObject({ reason: expect.any(EventNotStoredError) });
    expect(await statusOf(sessions[0].user)).toBe('verified');
    expect(await statusOf(sessions[1].user)).toBe('pending');
    expect(await statusOf(sessions[2].user)).toBe('verified');
  });

  it('reads the provider session once for several copies of an event', async () => {
    const announcement = event('inq_announced', { lookup: `once:${randomUUID()}`, outcome: 'noted' });

    // The first event keeps the inbox busy, so that the copies form one batch.
    await Promise.all(
      [event('inq_unknown'), ...Array(20).fill(announcement)].map((each) => inbox.acceptEvent(each)),
    );

    const jobs = await gateway.database.query(
      `SELECT id FROM kyc_jobs.job WHERE name = 'provider-lookup' AND data ->> 'lookup' = $1`,
      [announcement.lookup],
    );
    expect(jobs).toHaveLength(1);
  });

  it('rolls back status and event if the notification job cannot be inserted', async () => {
    const { user, sessionId } = await gateway.openSession();
    const approved = event(sessionId);
    await alterJobs(`ADD CONSTRAINT not_now CHECK (data ->> 'userId' <> '${user.id}') NOT VALID`);
    try {
      await expect(inbox.acceptEvent(approved)).rejects.toThrow(EventNotStoredError);
    } finally {
      await alterJobs('DROP CONSTRAINT not_now');
    }
    expect(await statusOf(user)).toBe('pending');
    expect(await gateway.events(sessionId)).toHaveLength(0);

    await inbox.acceptEvent(approved);
    expect(await statusOf(user)).toBe('verified');
  });

  it('commits deliveries that arrive during a commit as one batch', async () => {
    const metric = async (name: string) =>
      Number(
        new RegExp(`^${name} (\\d+)`, 'm').exec(await (await fetch(`${gateway.url}/metrics`)).text())?.[1],
      );
    const before = await metric('kyc_inbox_batch_events_count');

    await Promise.all(Array.from({ length: 101 }, () => inbox.acceptEvent(event(`inq_${randomUUID()}`))));

    expect((await metric('kyc_inbox_batch_events_count')) - before).toBe(2);
  });
});
