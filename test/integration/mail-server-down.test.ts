import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { openMailbox } from '../../packages/sandbox/mailbox.ts';
import { JobQueue } from '../../src/jobs/job-queue.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway, type TestGateway, type User } from '../support/gateway.ts';
import { giveVerdict } from '../support/verdicts.ts';

const MAILS = 60;
/** Each of the two fetches of a replica has 16 mails. */
const FETCHED = 32;

describe('A mail server that is down', () => {
  let gateway: TestGateway;
  let broken: Server;
  let connections = 0;

  beforeAll(async () => {
    broken = createServer((socket) => {
      connections += 1;
      socket.on('error', () => undefined).end('421 4.3.2 Not now\r\n');
    });
    await new Promise<void>((resolve) => broken.listen(0, '127.0.0.1', resolve));
    const { port } = broken.address() as AddressInfo;
    gateway = await startGateway({ environment: { SMTP_URL: `smtp://127.0.0.1:${port}` } });
  });
  afterAll(() => gateway.close());

  const verifiedUsers = async (count: number): Promise<User[]> => {
    const users = await Promise.all(Array.from({ length: count }, () => gateway.createUser()));
    await giveVerdict(gateway.database, users);
    return users;
  };
  const notify = (users: readonly User[]) =>
    gateway.database.transaction((manager) =>
      gateway.app.get(JobQueue).add(
        manager,
        'notification',
        users.map(({ id }) => ({ mailId: randomUUID(), userId: id, subject: 'verified', reason: null })),
      ),
    );
  const countOf = (event: string) => gateway.logs().split(`"${event}"`).length - 1;
  const running = async () => {
    const [row]: { count: number }[] = await gateway.database.query(
      `SELECT count(*)::int FROM kyc_jobs.job WHERE name = 'notification' AND state = 'active'`,
    );
    return row?.count;
  };
  const gauge = async () =>
    /^kyc_mails_paused (\d)$/m.exec(await (await fetch(`${gateway.url}/metrics`)).text())?.[1];

  it('pauses the queue, is tried with single mails, and gets every mail once it is back', async () => {
    const users = await verifiedUsers(MAILS);
    expect(await gauge()).toBe('0');
    await notify(users);
    await eventually(async () => (countOf('mail.paused') > 0 ? true : undefined));
    expect(await gauge()).toBe('1');
    await eventually(async () => ((await running()) === 0 ? true : undefined));
    const beforeTrial = connections;
    expect(beforeTrial).toBeLessThanOrEqual(FETCHED);

    await once(broken, 'connection', { signal: AbortSignal.timeout(30_000) });
    expect(connections).toBe(beforeTrial + 1);

    const { port } = broken.address() as AddressInfo;
    await new Promise((resolve) => broken.close(resolve));
    const mailbox = await openMailbox(port);
    try {
      await Promise.all(users.map(({ email }) => mailbox.waitFor(({ to }) => to.includes(email), 60_000)));
      expect(mailbox.messages()).toHaveLength(MAILS);
      expect([countOf('mail.paused'), countOf('mail.resumed'), await gauge()]).toEqual([1, 1, '0']);

      const refused = await verifiedUsers(6);
      for (const { email } of refused) mailbox.refuseRecipient(email, 550);
      await notify(refused);
      await eventually(async () => (countOf('job.parked') === 6 ? true : undefined));
      const [last] = (await verifiedUsers(1)) as [User];
      await notify([last]);
      await mailbox.waitFor(({ to }) => to.includes(last.email));
      expect(countOf('mail.paused')).toBe(1);
    } finally {
      await mailbox.close();
    }
  }, 90_000);
});
