import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { withJobs } from '../../src/jobs/boss.ts';
import { JobQueue } from '../../src/jobs/job-queue.ts';
import { type ParkedJob, JobRepository } from '../../src/jobs/job.repository.ts';
import type { JobPayloads, NotificationSubject } from '../../src/jobs/queues.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway, type TestGateway, type User } from '../support/gateway.ts';
import { giveVerdict } from '../support/verdicts.ts';

type Notification = JobPayloads['notification'];

const MANY = 1_000;
const PATIENCE_MS = 20_000;

describe('A mail that cannot be sent', () => {
  let gateway: TestGateway;
  let other: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway();
    const { sandbox, databaseUrl } = gateway;
    other = await startGateway({ sandbox, databaseUrl });
  });
  afterAll(async () => {
    await other.close();
    await gateway.close();
  });
  afterEach(async () => {
    await gateway.database.query('DELETE FROM kyc_jobs.job');
    gateway.sandbox.mailbox.clear();
  });

  const mailbox = () => gateway.sandbox.mailbox;
  const messageIdOf = ({ mailId }: Notification) => `<${mailId}@bank.example>`;
  const mailsTo = (user: User) =>
    mailbox()
      .messages()
      .filter((mail) => mail.to.includes(user.email));

  const add = (payloads: readonly Notification[]) => addTo(gateway, payloads);
  /** Adds a job without a mail. Unlike a new job, a job that is moved back does not wake the workers. */
  const wakeWorkers = () => add([verified({ id: randomUUID() })]);
  const withParked = <T>(work: (parked: JobRepository) => Promise<T>) =>
    withJobs(gateway.databaseUrl, (boss) => work(new JobRepository(boss)));
  const parkedOf = ({ mailId }: Notification): Promise<ParkedJob> =>
    withParked((parked) =>
      eventually(async () =>
        (await parked.listParked()).find((job) => 'mailId' in job.payload && job.payload.mailId === mailId),
      ),
    );
  const jobOf = (mail: Notification, state: string) => jobIn(gateway, mail, state);

  async function verifiedUser(): Promise<User> {
    const user = await gateway.createUser();
    await giveVerdict(gateway.database, [user]);
    return user;
  }

  async function manyUsers(): Promise<{ id: string; email: string }[]> {
    const users = Array.from({ length: MANY }, () => randomUUID()).map((id) => ({
      id,
      email: `${id}@users.example.com`,
    }));
    await gateway.database.query(
      'INSERT INTO users (id, email) SELECT * FROM unnest($1::uuid[], $2::text[])',
      [users.map((user) => user.id), users.map((user) => user.email)],
    );
    await giveVerdict(gateway.database, users);
    return users;
  }

  it(`is parked while ${MANY} other mails are sent once each, and is sent once when an operator moves it back`, async () => {
    const refused = await verifiedUser();
    mailbox().refuseRecipient(refused.email);
    const users = await manyUsers();
    const mails = users.map(verified);
    const poisoned = verified(refused);

    await add([...mails.slice(0, MANY / 2), poisoned, ...mails.slice(MANY / 2)]);

    await mailbox().waitFor(() => mailbox().messages().length >= MANY, PATIENCE_MS);
    await eventually(async () => {
      const [queue] = await withParked((parked) => parked.counts());
      return queue?.waiting === 0 && queue.parked === 1 ? true : undefined;
    });
    const recipients = mailbox()
      .messages()
      .flatMap((mail) => mail.to);
    expect(recipients.toSorted()).toEqual(users.map((user) => user.email).toSorted());
    const parked = await withParked((jobs) => jobs.listParked());
    expect(parked).toEqual([
      expect.objectContaining({
        queue: 'notification',
        payload: poisoned,
        tries: 1,
        reason: 'the mail server permanently rejected the recipient (EENVELOPE 550)',
      }),
    ]);

    mailbox().acceptRecipient(refused.email);
    expect(await withParked((jobs) => jobs.moveBack(parked))).toBe(1);
    await wakeWorkers();

    await mailbox().waitFor((mail) => mail.to.includes(refused.email), PATIENCE_MS);
    await jobOf(poisoned, 'completed');
    expect(mailsTo(refused).map((mail) => mail.messageId)).toEqual([messageIdOf(poisoned)]);
    expect(await withParked((jobs) => jobs.listParked())).toEqual([]);
  }, 60_000);

  it('is parked again after another rejection, and moved back only once by concurrent operators', async () => {
    const user = await verifiedUser();
    mailbox().refuseRecipient(user.email);
    const mail = verified(user);
    await add([mail]);
    const first = await parkedOf(mail);

    const moved = await Promise.all([1, 2].map(() => withParked((jobs) => jobs.moveBack([first]))));
    await wakeWorkers();
    const second = await eventually(async () => {
      const job = await parkedOf(mail);
      return job.id === first.id ? undefined : job;
    });

    expect(moved.toSorted()).toEqual([0, 1]);
    expect(second.payload).toEqual(mail);
    expect(await withParked((jobs) => jobs.moveBack([first]))).toBe(0);
  });

  it('is logged without the mail address', async () => {
    const user = await verifiedUser();
    mailbox().refuseRecipient(user.email);
    const mail = verified(user);
    await add([mail]);
    const { jobId } = await parkedOf(mail);

    const lines = gateway.logs().split('\n');
    const said = lines
      .filter((line) => line.includes('job.parked'))
      .map((line) => JSON.parse(line) as object);
    expect(said).toContainEqual(
      expect.objectContaining({
        event: 'job.parked',
        queue: 'notification',
        jobId,
        attempt: 1,
        reason: 'the mail server permanently rejected the recipient (EENVELOPE 550)',
      }),
    );
    expect(lines.join('\n')).not.toContain(user.email);
  });

  it('is retried if its job is malformed, and does not delay other mails', async () => {
    const [puzzled, user] = [await verifiedUser(), await verifiedUser()];
    // A later version can use this word. During a rolling update earlier workers receive its jobs.
    const senseless = { ...verified(puzzled), subject: 'no such word' as NotificationSubject };
    const mail = verified(user);

    await add([senseless, mail]);

    await mailbox().waitFor((sent) => sent.messageId === messageIdOf(mail));
    await jobOf(senseless, 'retry');
    expect(mailsTo(puzzled)).toEqual([]);
  });

  it.each([
    [421, 'ECONNECTION'],
    [451, 'EENVELOPE'],
  ])('is retried if the recipient is rejected temporarily (%i)', async (code, fault) => {
    const user = await verifiedUser();
    mailbox().refuseRecipient(user.email, code);
    const mail = verified(user);

    await add([mail]);

    expect(await jobOf(mail, 'retry')).toEqual({
      reason: `the mail server did not accept the mail (${fault} ${code})`,
    });
  });

  it('is retried if the message is rejected but the recipient is accepted', async () => {
    const mail = verified(await verifiedUser());
    mailbox().refuseNext(1, 550);

    await add([mail]);

    expect(await jobOf(mail, 'retry')).toEqual({
      reason: 'the mail server did not accept the mail (EMESSAGE 550)',
    });
  });
});

describe('A mail sent with a rejected SMTP login', () => {
  let server: SMTPServer;
  let gateway: TestGateway;

  beforeAll(async () => {
    server = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      closeTimeout: 50,
      onAuth: (_auth, _session, callback) => callback(new Error('Invalid login')),
    });
    const port = await new Promise<number>((resolve) => {
      const socket = server.listen(0, '127.0.0.1', () => resolve((socket.address() as AddressInfo).port));
    });
    gateway = await startGateway({ environment: { SMTP_URL: `smtp://kyc:wrong@127.0.0.1:${port}` } });
  });
  afterAll(async () => {
    await gateway.close();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });

  it('is retried, because an operator can fix the login', async () => {
    const user = await gateway.createUser();
    await giveVerdict(gateway.database, [user]);
    const mail = verified(user);

    await addTo(gateway, [mail]);

    expect(await jobIn(gateway, mail, 'retry')).toEqual({
      reason: 'the mail server did not accept the mail (EAUTH 535)',
    });
  });
});

function verified(user: { id: string }): Notification {
  return { mailId: randomUUID(), userId: user.id, subject: 'verified', reason: null };
}

function addTo({ app, database }: TestGateway, payloads: readonly Notification[]): Promise<void> {
  return database.transaction((manager) => app.get(JobQueue).add(manager, 'notification', payloads));
}

function jobIn({ database }: TestGateway, { mailId }: Notification, state: string) {
  return eventually(async () => {
    const [job] = (await database.query(
      `SELECT output ->> 'message' AS reason FROM kyc_jobs.job
       WHERE name = 'notification' AND data ->> 'mailId' = $1 AND state::text = $2`,
      [mailId, state],
    )) as { reason: string | null }[];
    return job;
  });
}
