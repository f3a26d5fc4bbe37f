import { randomUUID } from 'node:crypto';
import { JobQueue } from '../../src/jobs/job-queue.ts';
import type { JobPayloads } from '../../src/jobs/queues.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway, type TestGateway, type User } from '../support/gateway.ts';
import { giveVerdict } from '../support/verdicts.ts';

interface StoredJob {
  id: string;
  state: string;
  retryCount: number;
}

describe('The notification worker', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  const verified = (user: { id: string }): JobPayloads['notification'] => ({
    mailId: randomUUID(),
    userId: user.id,
    subject: 'verified',
    reason: null,
  });

  async function verifiedUser(): Promise<User> {
    const user = await gateway.createUser();
    await giveVerdict(gateway.database, [user]);
    return user;
  }

  /** Adds jobs like the inbox. `retries` changes their retry options before a worker fetches them. */
  async function notify(
    payloads: readonly JobPayloads['notification'][],
    retries: 'patient' | 'at once' | 'never' = 'patient',
  ): Promise<void> {
    await gateway.database.transaction(async (manager) => {
      await gateway.app.get(JobQueue).add(manager, 'notification', payloads);
      if (retries === 'patient') return;
      await manager.query(
        `UPDATE kyc_jobs.job SET retry_delay = 0, retry_backoff = false, retry_limit = $2
         WHERE name = 'notification' AND data ->> 'userId' = ANY($1)`,
        [payloads.map((payload) => payload.userId), retries === 'never' ? 0 : 5],
      );
    });
  }

  const jobOf = (user: { id: string }, queue: string, ...states: string[]): Promise<StoredJob> =>
    eventually(async () => {
      const jobs: StoredJob[] = await gateway.database.query(
        `SELECT id, state::text, retry_count AS "retryCount" FROM kyc_jobs.job
         WHERE name = $2 AND data ->> 'userId' = $1 AND state::text = ANY($3)`,
        [user.id, queue, states],
      );
      return jobs[0];
    });
  const mailTo = (user: User) => gateway.sandbox.mailbox.waitFor((mail) => mail.to.includes(user.email));
  const mailsTo = (user: User) =>
    gateway.sandbox.mailbox.messages().filter((mail) => mail.to.includes(user.email));

  async function userWithAddress(email: string | null): Promise<User> {
    const user = await verifiedUser();
    await gateway.database.query('UPDATE users SET email = $2 WHERE id = $1', [user.id, email]);
    return user;
  }

  it('sends a mail to the address stored at the time of sending', async () => {
    const user = await verifiedUser();
    const email = 'moved@users.example.com';
    await gateway.database.query('UPDATE users SET email = $2 WHERE id = $1', [user.id, email]);

    await notify([verified(user)]);

    expect(await mailTo({ ...user, email })).toMatchObject({ to: [email], from: 'kyc@bank.example' });
  });

  it('explains to the user why they were rejected', async () => {
    const user = await gateway.createUser();
    await giveVerdict(gateway.database, [user], 'declined', 'document_expired');

    await notify([{ ...verified(user), subject: 'rejected', reason: 'document_expired' }]);

    expect((await mailTo(user)).text).toContain('Your document has expired');
  });

  it('sets a stable Message-ID, so that a mail sent twice is recognizable', async () => {
    const user = await verifiedUser();
    const payload = verified(user);

    await notify([payload]);

    expect((await mailTo(user)).messageId).toBe(`<${payload.mailId}@bank.example>`);
  });

  it('retries a mail that was rejected temporarily, and sends it once with the same Message-ID', async () => {
    const [user, other] = [await verifiedUser(), await verifiedUser()];
    const payload = verified(user);
    gateway.sandbox.mailbox.refuseRecipient(user.email, 451);
    await notify([payload], 'at once');
    await jobOf(user, 'notification', 'retry');
    gateway.sandbox.mailbox.acceptRecipient(user.email);

    await notify([verified(other)]);

    await jobOf(user, 'notification', 'completed');
    expect(mailsTo(user).map((mail) => mail.messageId)).toEqual([`<${payload.mailId}@bank.example>`]);
  });

  it('moves a mail to the dead-letter queue after its last retry', async () => {
    const user = await verifiedUser();
    gateway.sandbox.mailbox.refuseRecipient(user.email, 451);

    await notify([verified(user)], 'never');

    const { id } = await jobOf(user, 'notification-dead', 'created');
    const parked = await gateway.database.query(
      `SELECT source_output ->> 'message' AS reason FROM kyc_jobs.job WHERE id = $1`,
      [id],
    );
    expect(parked).toEqual([{ reason: 'the mail server did not accept the mail (EENVELOPE 451)' }]);
  });

  it('records the reason of a retry for the operator', async () => {
    const user = await verifiedUser();
    gateway.sandbox.mailbox.refuseRecipient(user.email, 451);
    await notify([verified(user)]);
    await jobOf(user, 'notification', 'retry');

    const waiting = await gateway.database.query(
      `SELECT output ->> 'message' AS reason FROM kyc_jobs.job WHERE state = 'retry' AND data ->> 'userId' = $1`,
      [user.id],
    );

    expect(waiting).toEqual([{ reason: 'the mail server did not accept the mail (EENVELOPE 451)' }]);
  });

  it('sends other mails while one mail is rejected', async () => {
    const refused = await verifiedUser();
    gateway.sandbox.mailbox.refuseRecipient(refused.email, 451);
    await notify([verified(refused)]);
    await jobOf(refused, 'notification', 'retry');
    const user = await verifiedUser();

    await notify([verified(user)]);

    expect((await mailTo(user)).subject).toBe('You are verified');
  });

  it('sends a mail to each of many users who are notified at the same time', async () => {
    const users = await Promise.all(Array.from({ length: 40 }, () => verifiedUser()));

    await notify(users.map(verified));

    await Promise.all(users.map(mailTo));
    expect(users.map((user) => mailsTo(user).length)).toEqual(users.map(() => 1));
  });

  it('completes the job of a user without a mail address without sending', async () => {
    const user = await userWithAddress(null);

    await notify([verified(user)]);

    expect(await jobOf(user, 'notification', 'completed')).toMatchObject({ retryCount: 0 });
  });

  it('completes the job of a deleted user without sending', async () => {
    const user = await verifiedUser();
    await gateway.database.query('DELETE FROM users WHERE id = $1', [user.id]);

    await notify([verified(user)]);

    expect(await jobOf(user, 'notification', 'completed')).toMatchObject({ retryCount: 0 });
  });

  it.each([
    ['a line break', 'jane@users.example.com\r\nBcc: eve@evil.example'],
    ['a list', 'jane@users.example.com, eve@evil.example'],
    ['a name with another address', 'Jane <jane@users.example.com>, <eve@evil.example>'],
    ['a command', 'jane@users.example.com>\r\nRCPT TO:<eve@evil.example'],
  ])('sends no mail to other recipients if the address contains %s', async (_, email) => {
    const user = await userWithAddress(email);

    await notify([verified(user)], 'never');

    await jobOf(user, 'notification', 'completed', 'failed');
    const recipients = gateway.sandbox.mailbox.messages().flatMap((mail) => mail.to);
    expect(recipients).not.toContain('eve@evil.example');
  });

  it('stores no mail address in the log or in the job', async () => {
    const user = await verifiedUser();
    gateway.sandbox.mailbox.refuseRecipient(user.email);

    await notify([verified(user)], 'never');

    await jobOf(user, 'notification-dead', 'created');
    const jobs = await gateway.database.query('SELECT * FROM kyc_jobs.job');
    expect(gateway.logs() + JSON.stringify(jobs)).not.toContain(user.email);
  });
});
