import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { JobQueue } from '../../src/jobs/job-queue.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { giveVerdict } from '../support/verdicts.ts';

interface MailServer {
  url: string;
  /** MAIL and RCPT, as they arrived. The session of smtp-server has decoded them. */
  envelopes: string[];
  close(): Promise<void>;
}

async function openMailServer(options: { hideSMTPUTF8: boolean }): Promise<MailServer> {
  const envelopes: string[] = [];
  const ignore = () => undefined;
  const log = (_details: unknown, _direction: string, line: unknown) => {
    if (/^(MAIL|RCPT)/.test(String(line))) envelopes.push(String(line));
  };
  const server = new SMTPServer({
    ...options,
    logger: {
      level: ignore,
      trace: ignore,
      debug: log,
      info: ignore,
      warn: ignore,
      error: ignore,
      fatal: ignore,
    },
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 50,
    onData: (stream, _session, done) => void stream.on('end', done).resume(),
  });
  const { port } = await new Promise<AddressInfo>((resolve) => {
    const socket = server.listen(0, '127.0.0.1', () => resolve(socket.address() as AddressInfo));
  });
  return {
    url: `smtp://127.0.0.1:${port}`,
    envelopes,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

describe.each([
  ['offers', false],
  ['does not offer', true],
])('If the mail server %s SMTPUTF8, a mail', (_, hideSMTPUTF8) => {
  let server: MailServer;
  let gateway: TestGateway;

  beforeAll(async () => {
    server = await openMailServer({ hideSMTPUTF8 });
    gateway = await startGateway({ environment: { SMTP_URL: server.url } });
  });
  afterAll(async () => {
    await gateway.close();
    await server.close();
  });

  /** Resolves when the job is completed or parked. */
  async function notify(
    email: string,
  ): Promise<{ state: string; retryCount: number; reason: string | null }> {
    const user = await gateway.createUser();
    await giveVerdict(gateway.database, [user]);
    await gateway.database.query('UPDATE users SET email = $2 WHERE id = $1', [user.id, email]);
    const job = { mailId: randomUUID(), userId: user.id, subject: 'verified', reason: null } as const;
    await gateway.database.transaction((manager) =>
      gateway.app.get(JobQueue).add(manager, 'notification', [job]),
    );
    return eventually(async () => {
      const [found] = await gateway.database.query<
        { state: string; retryCount: number; reason: string | null }[]
      >(
        `SELECT state::text, retry_count AS "retryCount", output ->> 'message' AS reason FROM kyc_jobs.job
         WHERE name = 'notification' AND data ->> 'userId' = $1 AND state::text IN ('completed', 'failed', 'retry')`,
        [user.id],
      );
      return found;
    });
  }

  it('to a domain that is not ASCII is delivered with the domain as punycode', async () => {
    expect(await notify('jane@jõgeva.ee')).toMatchObject({ state: 'completed' });
    expect(server.envelopes).toEqual([
      expect.not.stringContaining('SMTPUTF8'),
      'RCPT TO:<jane@xn--jgeva-dua.ee>',
    ]);
  });

  const outcome = hideSMTPUTF8 ? 'fails at once and is not sent' : 'is delivered';
  it(`to a mailbox that is not ASCII ${outcome}`, async () => {
    server.envelopes.length = 0;
    const job = await notify('jõao@users.example.com');
    if (hideSMTPUTF8) {
      const reason = 'the mail server does not offer SMTPUTF8, which the address of the recipient needs';
      expect(job).toEqual({ state: 'failed', retryCount: 0, reason });
      expect(server.envelopes).toEqual([]);
      expect(gateway.logs()).toContain(reason);
      const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
      expect(metrics).toContain('kyc_mails_total{subject="verified",result="failed"} 1');
    } else {
      expect(job).toMatchObject({ state: 'completed' });
      expect(server.envelopes).toEqual([
        expect.stringContaining(' SMTPUTF8'),
        'RCPT TO:<jõao@users.example.com>',
      ]);
    }
    expect(gateway.logs()).not.toContain('jõao');
  });
});
