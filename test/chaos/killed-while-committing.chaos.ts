import { type CommitGate, openCommitGate } from '../support/commit-gate.ts';
import { eventually } from '../support/eventually.ts';
import { NOTHING_WRONG } from './audit.ts';
import { openTestSystem, type TestSystem } from './test-system.ts';

describe('A gateway that is killed while it commits a delivery', () => {
  let system: TestSystem;
  let gate: CommitGate;
  beforeEach(async () => {
    system = await openTestSystem('persona');
    gate = await openCommitGate(system.databaseUrl);
  });
  afterEach(async () => {
    await system.close();
    await gate.close();
  });

  const ledger = () => system.query('SELECT outcome FROM kyc_events');
  const notifications = () => system.query(`SELECT state FROM kyc_jobs.job WHERE name = 'notification'`);
  /** Without what the mail's worker writes later. */
  const state = () =>
    system.query(`SELECT to_jsonb(s) - ARRAY['told', 'told_by', 'telling_until'] AS row FROM kyc_sessions s`);
  const attempts = () => system.provider.deliveries().flatMap((delivery) => delivery.attempts);

  it.each([
    // The user is locked before the event is written.
    ['the user', 'SELECT FROM users FOR UPDATE', false],
    ['the mail job', 'LOCK TABLE kyc_jobs.job IN SHARE MODE', true],
  ])(
    'writes nothing if it is killed at %s, and the next gateway writes everything',
    async (at, statement, hasWritten) => {
      const first = await system.startReplica();
      const user = await system.openSession();
      const lock = await system.lock(statement);
      const deciding = system.provider.decide(user.sessionId, { outcome: 'approve' });
      expect(await system.waitingForLock('kyc-gateway')).toMatchObject({ hasWritten });

      await system.kill(first);
      await lock.release();
      await system.connectionsGone();

      expect(attempts()).not.toContainEqual(expect.objectContaining({ status: 200 }));
      expect([await ledger(), await notifications()]).toEqual([[], []]);

      await system.startReplica();
      const [delivery] = await deciding;
      const mail = await system.sandbox.mailbox.waitFor(({ to }) => to.includes(user.email));

      expect(delivery?.state).toBe('accepted');
      expect(mail.subject).toBe('You are verified');
      expect((await system.status(user)).body).toMatchObject({ kyc_status: 'verified' });
      expect(await ledger()).toEqual([{ outcome: 'approved' }]);
      expect(await system.auditAndReport(`killed inside the transaction, at ${at}`, [user])).toEqual(
        NOTHING_WRONG,
      );
    },
  );

  it('answers the retry of an unacknowledged but committed delivery as a duplicate', async () => {
    const first = await system.startReplica({ databaseUrl: gate.url });
    const user = await system.openSession();
    const shut = gate.shutAfterCommit('kyc-gateway');
    const deciding = system.provider.decide(user.sessionId, { outcome: 'approve' });
    await shut;
    await eventually(async () => ((await ledger()).length === 1 ? true : undefined));

    expect(attempts()).toEqual([]);
    await system.kill(first);
    const before = await state();
    await system.startReplica();
    const [delivery] = await deciding;
    await system.sandbox.mailbox.waitFor(({ to }) => to.includes(user.email));

    expect(delivery?.attempts.map(({ status }) => status).filter((status) => status !== null)).toEqual([200]);
    expect(await ledger()).toEqual([{ outcome: 'approved' }]);
    expect(await state()).toEqual(before);
    expect((await system.status(user)).body).toMatchObject({ kyc_status: 'verified' });
    expect(await notifications()).toHaveLength(1);
    expect(await system.auditAndReport('killed between commit and answer', [user])).toEqual(NOTHING_WRONG);
  });
});
