import { NOTHING_WRONG } from './audit.ts';
import { openTestSystem, type TestSystem } from './test-system.ts';
import type { UserInSession } from './users.ts';

/** The job's heartbeat expires (30 s), the monitor finds the job (60 s), and a worker retries it. */
const TAKEN_UP_WITHIN_MS = 150_000;

describe('A gateway that is killed before, during and after a mail', () => {
  let system: TestSystem;
  beforeEach(async () => {
    system = await openTestSystem('persona');
  });
  afterEach(() => system.close());

  const mailsTo = ({ email }: UserInSession) =>
    system.sandbox.mailbox.messages().filter(({ to }) => to.includes(email));
  const holdAt = ({ email }: UserInSession, at: 'recipient' | 'data') =>
    system.sandbox.mailbox.hold({ to: email, at });
  const approve = ({ sessionId }: UserInSession) => system.provider.decide(sessionId, { outcome: 'approve' });
  const mailCountTo = (user: UserInSession, count: number) =>
    system.sandbox.mailbox.waitFor(() => mailsTo(user).length >= count, TAKEN_UP_WITHIN_MS);

  it(
    'sends every mail, and repeats a mail only with the same Message-ID',
    async () => {
      const first = await system.startReplica();
      const before = await system.openSession();
      const during = await system.openSession();
      const after = await system.openSession();
      const other = await system.openSession();

      // A worker processes a fetched batch as a whole. Two mails are fetched alone and two together, so all are in
      // progress.
      const taken = holdAt(after, 'data');
      await approve(after);
      await taken.reached;
      const inBetween = holdAt(other, 'data');
      await approve(other);
      await inBetween.reached;
      const unsent = holdAt(before, 'recipient');
      const unconfirmed = holdAt(during, 'data');
      await Promise.all([approve(before), approve(during)]);

      const note = await system.lock(
        `SELECT FROM kyc_jobs.job WHERE name = 'notification' AND data ->> 'userId' = $1 FOR UPDATE`,
        [after.id],
      );
      taken.release();
      await mailCountTo(after, 1);
      const { pid } = await system.waitingForLock('kyc-gateway jobs');
      inBetween.release();
      await Promise.all([unsent.reached, unconfirmed.reached]);
      expect([before, during, after].map((user) => mailsTo(user).length)).toEqual([0, 0, 1]);

      await system.kill(first);
      // Terminating the connection drops the last bytes of the process, like a power failure.
      await system.query('SELECT pg_terminate_backend($1)', [pid]);
      await note.release();
      await Promise.all([unsent.abandoned, unconfirmed.abandoned]);
      unsent.release();
      unconfirmed.release();

      await system.startReplica();
      await Promise.all([mailCountTo(before, 1), mailCountTo(during, 1), mailCountTo(after, 2)]);

      const users = [before, during, after, other];
      expect(await system.auditAndReport('killed before, during and after a mail', users)).toEqual(
        NOTHING_WRONG,
      );
      expect(users.map((user) => mailsTo(user).length)).toEqual([1, 1, 2, 1]);
      expect(new Set(mailsTo(after).map(({ messageId }) => messageId)).size).toBe(1);
    },
    TAKEN_UP_WITHIN_MS + 60_000,
  );
});
