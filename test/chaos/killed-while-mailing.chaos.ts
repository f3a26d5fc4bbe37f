import { NOTHING_WRONG } from './audit.ts';
import { openScene, type Scene } from './scene.ts';
import type { UserInSession } from './users.ts';

/** The job's heartbeat expires (30 s), the monitor finds the job (60 s), and a worker retries it. */
const TAKEN_UP_WITHIN_MS = 150_000;

describe('A gateway that is killed before, during and after a mail', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await openScene('persona');
  });
  afterEach(() => scene.close());

  const mailsTo = ({ email }: UserInSession) =>
    scene.sandbox.mailbox.messages().filter(({ to }) => to.includes(email));
  const holdAt = ({ email }: UserInSession, at: 'recipient' | 'data') =>
    scene.sandbox.mailbox.hold({ to: email, at });
  const approve = ({ sessionId }: UserInSession) => scene.provider.decide(sessionId, { outcome: 'approve' });
  const mailCountTo = (user: UserInSession, count: number) =>
    scene.sandbox.mailbox.waitFor(() => mailsTo(user).length >= count, TAKEN_UP_WITHIN_MS);

  it(
    'sends every mail, and repeats a mail only with the same Message-ID',
    async () => {
      const first = await scene.bringUp();
      const before = await scene.openSession();
      const during = await scene.openSession();
      const after = await scene.openSession();
      const other = await scene.openSession();

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

      const note = await scene.lock(
        `SELECT FROM kyc_jobs.job WHERE name = 'notification' AND data ->> 'userId' = $1 FOR UPDATE`,
        [after.id],
      );
      taken.release();
      await mailCountTo(after, 1);
      const { pid } = await scene.waitingForLock('kyc-gateway jobs');
      inBetween.release();
      await Promise.all([unsent.reached, unconfirmed.reached]);
      expect([before, during, after].map((user) => mailsTo(user).length)).toEqual([0, 0, 1]);

      await scene.kill(first);
      // Terminating the connection drops the last bytes of the process, like a power failure.
      await scene.query('SELECT pg_terminate_backend($1)', [pid]);
      await note.release();
      await Promise.all([unsent.abandoned, unconfirmed.abandoned]);
      unsent.release();
      unconfirmed.release();

      await scene.bringUp();
      await Promise.all([mailCountTo(before, 1), mailCountTo(during, 1), mailCountTo(after, 2)]);

      const users = [before, during, after, other];
      expect(await scene.settle('killed before, during and after a mail', users)).toEqual(NOTHING_WRONG);
      expect(users.map((user) => mailsTo(user).length)).toEqual([1, 1, 2, 1]);
      expect(new Set(mailsTo(after).map(({ messageId }) => messageId)).size).toBe(1);
    },
    TAKEN_UP_WITHIN_MS + 60_000,
  );
});
