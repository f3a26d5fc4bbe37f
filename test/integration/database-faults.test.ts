import { jest } from '@jest/globals';
import { DataSource } from 'typeorm';
import type { SignedWebhook } from '../../packages/sandbox/sandbox.ts';
import { InboxService } from '../../src/kyc/inbox/inbox.service.ts';
import { eventually } from '../support/eventually.ts';
import { type Answer, startGateway, type TestGateway, type User } from '../support/gateway.ts';
import { openDatabaseFaults, type DatabaseFaults } from '../support/database-faults.ts';

/** Providers time out after 5 s. The extra half second is for a loaded machine. */
const IN_TIME_MS = 5_500;
const POOL_SIZE = 2;

/**
 * SQLSTATEs that the gateway treats as temporary: disk_full, out_of_memory, too_many_connections,
 * serialization_failure, deadlock_detected, lock_not_available, …
 */
const PASSING = ['53100', '53200', '53300', '40001', '40P01', '55P03', '57P01', '57014', '25006'];

/** The moment at which PostgreSQL raises the error: before the event is written, after it, or at the COMMIT. */
const MOMENTS = {
  'with the event': 'BEFORE INSERT ON kyc_events FOR EACH STATEMENT',
  'with the status': 'BEFORE UPDATE ON users FOR EACH STATEMENT',
  'at the commit': 'AFTER INSERT ON kyc_events DEFERRABLE INITIALLY DEFERRED FOR EACH ROW',
} as const;

interface Approval {
  user: User;
  sessionId: string;
  webhook: SignedWebhook;
}

describe('When the database fails, the gateway', () => {
  let gateway: TestGateway;
  let faults: DatabaseFaults;

  beforeAll(async () => {
    gateway = await startGateway({
      environment: { DATABASE_POOL_SIZE: String(POOL_SIZE), RATE_LIMIT_START_ADDRESS: '10000/600' },
    });
    faults = await openDatabaseFaults(gateway.databaseUrl);
  });
  afterAll(async () => {
    await faults.close();
    await gateway.close();
  });

  const approvalOf = async (): Promise<Approval> => {
    const { user, sessionId } = await gateway.openSession();
    return {
      user,
      sessionId,
      webhook: gateway.sandbox.persona.webhookFor(sessionId, { outcome: 'approve' }),
    };
  };
  const approvalsOf = (count: number) => Promise.all(Array.from({ length: count }, approvalOf));
  const inTime = async (call: Promise<Answer>): Promise<Answer> => {
    const startedAt = performance.now();
    const answer = await call;
    expect(performance.now() - startedAt).toBeLessThan(IN_TIME_MS);
    return answer;
  };
  const deliver = ({ webhook }: Approval) => inTime(gateway.deliver(webhook));
  const stored = async ({ user, sessionId }: Omit<Approval, 'webhook'>) => ({
    status: (await gateway.userRow(user))['kyc_status'],
    events: (await gateway.events(sessionId)).length,
    jobs: (
      await gateway.database.query(
        `SELECT FROM kyc_jobs.job WHERE name = 'notification' AND data ->> 'userId' = $1`,
        [user.id],
      )
    ).length as number,
  });
  const NOTHING = { status: 'pending', events: 0, jobs: 0 };
  const EVERYTHING = { status: 'verified', events: 1, jobs: 1 };

  const rowOf = ({ id }: User) => `SELECT FROM users WHERE id = '${id}' FOR UPDATE`;
  const expectSentAway = (answer: Answer, code: string) => {
    expect(answer).toMatchObject({ status: 503, body: { code } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.headers.get('retry-after')).toBe('5');
  };
  const expectNotStored = (answer: Answer) => expectSentAway(answer, 'webhook.not_stored');
  const expectUnavailable = (answer: Answer) => expectSentAway(answer, 'database.unavailable');

  describe.each(Object.entries(MOMENTS))('and an error is raised %s', (_, where) => {
    it.each([...PASSING, 'XX000'])(
      'answers 503 to deliveries after error %s and stores nothing',
      async (code) => {
        const approval = await approvalOf();

        expectNotStored(await faults.whileRaising(code, where, () => deliver(approval)));

        expect(await stored(approval)).toEqual(NOTHING);
        expect((await deliver(approval)).status).toBe(200);
        expect(await stored(approval)).toEqual(EVERYTHING);
      },
    );

    it('accepts a single event at the third try after two serialization failures', async () => {
      const { user, sessionId } = await gateway.openSession();

      const [delivery] = await faults.whileRaising(
        '40001',
        where,
        () => gateway.sandbox.persona.decide(sessionId, { outcome: 'approve' }),
        'n < 2',
      );

      expect(delivery?.attempts.map(({ status }) => status)).toEqual([503, 503, 200]);
      expect(await stored({ user, sessionId })).toEqual(EVERYTHING);
    });

    it('accepts each event of a batch alone after the batch fails to serialize', async () => {
      const [first, ...others] = (await approvalsOf(6)) as [Approval, ...Approval[]];
      const accept = jest.spyOn(gateway.app.get(InboxService), 'acceptEvent');

      const answers = await faults.whileRaising(
        '40001',
        where,
        // The first delivery keeps the inbox busy, so that the others form one batch.
        () =>
          faults.whileLocked(rowOf(first.user), async (release) => {
            const alone = deliver(first);
            await faults.untilBlocking();
            const batch = others.map(deliver);
            await eventually(async () => accept.mock.calls.length === 6 || undefined);
            await release();
            return Promise.all([alone, ...batch]);
          }),
        'n = 1',
      );
      accept.mockRestore();

      expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      for (const approval of others) expect(await stored(approval)).toEqual(EVERYTHING);
    });
  });

  it.each(PASSING)('answers 503 with Retry-After to a start after error %s', async (code) => {
    const user = await gateway.createUser();
    const where = 'BEFORE INSERT ON kyc_sessions FOR EACH STATEMENT';

    expectUnavailable(await faults.whileRaising(code, where, () => gateway.start(user)));

    expect((await gateway.start(user)).status).toBe(201);
  });

  it('answers 500 without details to a start after an unknown database error', async () => {
    const user = await gateway.createUser();
    const where = 'BEFORE INSERT ON kyc_sessions FOR EACH STATEMENT';

    const answer = await faults.whileRaising('XX000', where, () => gateway.start(user));

    expect(answer).toMatchObject({ status: 500, body: { code: 'internal.error' } });
    expect(JSON.stringify(answer.body)).not.toContain('raised by the test');
    expect((await gateway.start(user)).status).toBe(201);
  });

  it('lets deliveries wait for a short lock and then applies them', async () => {
    for (const lock of [rowOf, () => 'LOCK TABLE kyc_events']) {
      const approval = await approvalOf();
      const answer = await faults.whileLocked(lock(approval.user), async (release) => {
        const delivery = deliver(approval);
        await faults.untilBlocking();
        await release();
        return delivery;
      });
      expect(answer.status).toBe(200);
      expect(await stored(approval)).toEqual(EVERYTHING);
    }
  });

  it('answers 503 to the deliveries of a user whose row is locked for too long', async () => {
    const approvals = await approvalsOf(5);
    const [held] = approvals as [Approval, ...Approval[]];

    const answers = await faults.whileLocked(rowOf(held.user), () => Promise.all(approvals.map(deliver)));

    expectNotStored(answers[0] as Answer);
    for (const { status } of answers) expect([200, 503]).toContain(status);
    for (const approval of approvals) {
      expect((await deliver(approval)).status).toBe(200);
      expect(await stored(approval)).toEqual(EVERYTHING);
    }
  });

  it('answers 503 to a delivery whose transaction loses its connection', async () => {
    const approval = await approvalOf();
    const answer = await faults.whileLocked(rowOf(approval.user), async () => {
      const delivery = deliver(approval);
      await faults.untilBlocking();
      await faults.terminateOthers();
      return delivery;
    });

    expectNotStored(answer);
    expect(await stored(approval)).toEqual(NOTHING);
    expect((await deliver(approval)).status).toBe(200);
    expect(await stored(approval)).toEqual(EVERYTHING);
  });

  it('loses no delivery of a stream while connections are cut repeatedly', async () => {
    const approvals = await approvalsOf(60);
    const again: Approval[] = [];
    for (let from = 0; from < approvals.length; from += 10) {
      const some = approvals.slice(from, from + 10);
      const [answers] = await Promise.all([Promise.all(some.map(deliver)), faults.terminateOthers()]);
      for (const [index, answer] of answers.entries()) {
        if (answer.status === 200) continue;
        expectNotStored(answer);
        again.push(some[index] as Approval);
      }
    }

    const retries = await Promise.all(again.map(deliver));
    expect(retries.map(({ status }) => status)).toEqual(again.map(() => 200));
    for (const approval of approvals) expect(await stored(approval)).toEqual(EVERYTHING);
  });

  it('answers 503 and is not ready, but stays live, while PostgreSQL has no free connection', async () => {
    const approvals = await approvalsOf(12);
    const [{ user }] = approvals as [Approval, ...Approval[]];
    const pool = gateway.app.get(DataSource);
    const holders = Array.from({ length: POOL_SIZE }, () => pool.createQueryRunner());
    await Promise.all(holders.map((holder) => holder.connect()));
    try {
      const [deliveries, status, start, ready, live] = await Promise.all([
        Promise.all(approvals.map(deliver)),
        inTime(gateway.status(user)),
        inTime(gateway.start(user)),
        fetch(`${gateway.url}/health/ready`),
        fetch(`${gateway.url}/health/live`),
      ]);
      deliveries.forEach(expectNotStored);
      [status, start].forEach(expectUnavailable);
      expect([ready.status, live.status]).toEqual([503, 200]);
    } finally {
      await Promise.all(holders.map((holder) => holder.release()));
    }

    const retries = await Promise.all(approvals.map(deliver));
    expect(retries.map(({ status }) => status)).toEqual(approvals.map(() => 200));
    for (const approval of approvals) expect(await stored(approval)).toEqual(EVERYTHING);
  });

  it('recovers without an operator: it is ready, creates sessions and sends mail', async () => {
    await eventually(async () => (await fetch(`${gateway.url}/health/ready`)).ok || undefined);
    const { user, sessionId } = await gateway.openSession();
    await gateway.sandbox.persona.decide(sessionId, { outcome: 'approve' });
    expect((await gateway.status(user)).body).toMatchObject({ kyc_status: 'verified' });
    await gateway.sandbox.mailbox.waitFor((mail) => mail.to.includes(user.email), 15_000);
  });
});
