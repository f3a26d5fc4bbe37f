import { randomUUID } from 'node:crypto';
import { JobQueue } from '../../src/jobs/job-queue.ts';
import type { JobPayloads } from '../../src/jobs/queues.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway, type TestGateway, type User } from '../support/gateway.ts';

interface StoredJob {
  id: string;
  state: string;
  retryCount: number;
}

describe('a notification', () => {
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

  /** Adds jobs as the inbox does; `retries` changes how these are tried again, before anybody sees them. */
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
    const user = await gateway.createUser();
    await gateway.database.query('UPDATE users SET email = $2 WHERE id = $1', [user.id, email]);
    return user;
  }

  it('is sent to the address that the database holds when it is sent', async () => {
    const user = await gateway.createUser();
    const email = 'moved@users.example.com';
    await gateway.database.query('UPDATE users SET email = $2 WHERE id = $1', [user.id, email]);

    await notify([verified(user)]);

    expect(await mailTo({ ...user, email })).toMatchObject({ to: [email], from: 'kyc@bank.example' });
  });

  it('says in words why the user was rejected', async () => {
    const user = await gateway.createUser();

    await notify([{ ...verified(user), subject: 'rejected', reason: 'document_expired' }]);

    expect((await mailTo(user)).text).toContain('Your document has expired');
  });

  it('carries the id that it was given, so that a mail that was sent twice can be recognised', async () => {
    const user = await gateway.createUser();
    const payload = verified(user);

    await notify([payload]);

    expect((await mailTo(user)).messageId).toBe(`<${payload.mailId}@bank.example>`);
  });

  it('that is refused for now is sent once, later, under the same id', async () => {
    const [user, other] = [await gateway.createUser(), await gateway.createUser()];
    const payload = verified(user);
    gateway.sandbox.mailbox.refuseRecipient(user.email, 451);
    await notify([payload], 'at once');
    await jobOf(user, 'notification', 'retry');
    gateway.sandbox.mailbox.acceptRecipient(user.email);

    await notify([verified(other)]);

    await jobOf(user, 'notification', 'completed');
    expect(mailsTo(user).map((mail) => mail.messageId)).toEqual([`<${payload.mailId}@bank.example>`]);
  });

  it('that is refused until it has been tried often enough ends in the dead-letter queue', async () => {
    const user = await gateway.createUser();
    gateway.sandbox.mailbox.refuseRecipient(user.email, 451);

    await notify([verified(user)], 'never');

    const { id } = await jobOf(user, 'notification-dead', 'created');
    const parked = await gateway.database.query(
      `SELECT source_output ->> 'message' AS reason FROM kyc_jobs.job WHERE id = $1`,
      [id],
    );
    expect(parked).toEqual([{ reason: 'the mail was not taken (EENVELOPE 451)' }]);
  });

  it('that is tried again says why where the operator looks', async () => {
    const user = await gateway.createUser();
    gateway.sandbox.mailbox.refuseRecipient(user.email, 451);
    await notify([verified(user)]);
    await jobOf(user, 'notification', 'retry');

    const waiting = await gateway.database.query(
      `SELECT output ->> 'message' AS reason FROM kyc_jobs.job WHERE state = 'retry' AND data ->> 'userId' = $1`,
      [user.id],
    );

    expect(waiting).toEqual([{ reason: 'the mail was not taken (EENVELOPE 451)' }]);
  });

  it('is not held up by one that is refused', async () => {
    const refused = await gateway.createUser();
    gateway.sandbox.mailbox.refuseRecipient(refused.email, 451);
    await notify([verified(refused)]);
    await jobOf(refused, 'notification', 'retry');
    const user = await gateway.createUser();

    await notify([verified(user)]);

    expect((await mailTo(user)).subject).toBe('You are verified');
  });

  it('is sent to each of many users who are told at the same time', async () => {
    const users = await Promise.all(Array.from({ length: 40 }, () => gateway.createUser()));

    await notify(users.map(verified));

    await Promise.all(users.map(mailTo));
    expect(users.map((user) => mailsTo(user).length)).toEqual(users.map(() => 1));
  });

  it('of a user without an address is done without a mail', async () => {
    const user = await userWithAddress(null);

    await notify([verified(user)]);

    expect(await jobOf(user, 'notification', 'completed')).toMatchObject({ retryCount: 0 });
  });

  it('of a user who is gone is done without a mail', async () => {
    const user = await gateway.createUser();
    await gateway.database.query('DELETE FROM users WHERE id = $1', [user.id]);

    await notify([verified(user)]);

    expect(await jobOf(user, 'notification', 'completed')).toMatchObject({ retryCount: 0 });
  });

  it.each([
    ['a line break', 'jane@users.example.com\r\nBcc: eve@evil.example'],
    ['a list', 'jane@users.example.com, eve@evil.example'],
    ['a name with another address', 'Jane <jane@users.example.com>, <eve@evil.example>'],
    ['a command', 'jane@users.example.com>\r\nRCPT TO:<eve@evil.example'],
  ])('reaches nobody else by %s in the address', async (_, email) => {
    const user = await userWithAddress(email);

    await notify([verified(user)], 'never');

    await jobOf(user, 'notification', 'completed', 'failed');
    const recipients = gateway.sandbox.mailbox.messages().flatMap((mail) => mail.to);
    expect(recipients).not.toContain('eve@evil.example');
  });

  it('leaves no address in the log or in its job', async () => {
    const user = await gateway.createUser();
    gateway.sandbox.mailbox.refuseRecipient(user.email);

    await notify([verified(user)], 'never');

    await jobOf(user, 'notification-dead', 'created');
    const jobs = await gateway.database.query('SELECT * FROM kyc_jobs.job');
    expect(gateway.logs() + JSON.stringify(jobs)).not.toContain(user.email);
  });
});
