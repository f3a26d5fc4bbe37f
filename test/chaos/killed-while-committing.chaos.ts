import { type CommitGate, openCommitGate } from '../support/commit-gate.ts';
import { eventually } from '../support/eventually.ts';
import { NOTHING_WRONG } from './audit.ts';
import { openScene, type Scene } from './scene.ts';

describe('A gateway that is killed while it commits a delivery', () => {
  let scene: Scene;
  let gate: CommitGate;
  beforeEach(async () => {
    scene = await openScene('persona');
    gate = await openCommitGate(scene.databaseUrl);
  });
  afterEach(async () => {
    await scene.close();
    await gate.close();
  });

  const ledger = () => scene.query('SELECT outcome FROM kyc_events');
  const notifications = () => scene.query(`SELECT state FROM kyc_jobs.job WHERE name = 'notification'`);
  const attempts = () => scene.provider.deliveries().flatMap((delivery) => delivery.attempts);

  it.each([
    ['the user', 'SELECT FROM users FOR UPDATE'],
    ['the mail job', 'LOCK TABLE kyc_jobs.job IN SHARE MODE'],
  ])(
    'writes nothing if it is killed at %s, and the next gateway writes everything',
    async (at, statement) => {
      const first = await scene.bringUp();
      const user = await scene.openSession();
      const lock = await scene.lock(statement);
      const deciding = scene.provider.decide(user.sessionId, { outcome: 'approve' });
      expect(await scene.waitingForLock('kyc-gateway')).toMatchObject({ hasWritten: true });

      await scene.kill(first);
      await lock.release();
      await scene.connectionsGone();

      expect(attempts()).not.toContainEqual(expect.objectContaining({ status: 200 }));
      expect([await ledger(), await notifications()]).toEqual([[], []]);

      await scene.bringUp();
      const [delivery] = await deciding;
      const mail = await scene.sandbox.mailbox.waitFor(({ to }) => to.includes(user.email));

      expect(delivery?.state).toBe('accepted');
      expect(mail.subject).toBe('You are verified');
      expect((await scene.status(user)).body).toMatchObject({ kyc_status: 'verified' });
      expect(await ledger()).toEqual([{ outcome: 'approved' }]);
      expect(await scene.settle(`killed inside the transaction, at ${at}`, [user])).toEqual(NOTHING_WRONG);
    },
  );

  it('answers the retry of an unacknowledged but committed delivery as a duplicate', async () => {
    const first = await scene.bringUp({ databaseUrl: gate.url });
    const user = await scene.openSession();
    const shut = gate.shutAfterCommit('kyc-gateway');
    const deciding = scene.provider.decide(user.sessionId, { outcome: 'approve' });
    await shut;
    await eventually(async () => ((await ledger()).length === 1 ? true : undefined));

    expect(attempts()).toEqual([]);
    await scene.kill(first);
    const [before] = await scene.query('SELECT * FROM kyc_sessions');
    await scene.bringUp();
    const [delivery] = await deciding;
    await scene.sandbox.mailbox.waitFor(({ to }) => to.includes(user.email));

    expect(delivery?.attempts.map(({ status }) => status).filter((status) => status !== null)).toEqual([200]);
    expect(await ledger()).toEqual([{ outcome: 'approved' }]);
    expect(await scene.query('SELECT * FROM kyc_sessions')).toEqual([before]);
    expect((await scene.status(user)).body).toMatchObject({ kyc_status: 'verified' });
    expect(await notifications()).toHaveLength(1);
    expect(await scene.settle('killed between commit and answer', [user])).toEqual(NOTHING_WRONG);
  });
});
