import { createTransport } from 'nodemailer';
import { Client } from 'pg';
import { eventually } from '../support/eventually.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { asOwner, whileTableIsLocked } from '../support/test-database.ts';
import { audit, type Findings, NOTHING_WRONG } from './audit.ts';
import type { AuditedUser } from './audited.ts';

/** An audit that never reports anything proves nothing, so these tests damage the data first. */
describe('The audit of the chaos tests', () => {
  let gateway: TestGateway;
  let users: AuditedUser[];

  beforeEach(async () => {
    gateway = await startGateway();
    users = await Promise.all([settledUser('approve'), settledUser('decline'), settledUser('review')]);
  });
  afterEach(() => gateway.close());

  async function settledUser(outcome: 'approve' | 'decline' | 'review'): Promise<AuditedUser> {
    const { user, sessionId } = await gateway.openSession();
    await gateway.sandbox.persona.decide(sessionId, { outcome }, { copies: 2 });
    return { ...user, provider: 'persona', sessionId };
  }

  const inspect = (patienceMs = 20_000) =>
    audit({ sandbox: gateway.sandbox, databaseUrl: asOwner(gateway.databaseUrl), users, patienceMs });
  const run = (statement: string) => gateway.database.query(statement);
  /** Runs a statement that the triggers otherwise reject. */
  const tamper = (statement: string) => run(`BEGIN; SET LOCAL kyc.maintenance = 'on'; ${statement}; COMMIT`);

  async function mailAgain(messageId: (original: string) => string): Promise<void> {
    const mail = gateway.sandbox.mailbox.messages()[0];
    const transport = createTransport(gateway.sandbox.mailbox.smtpUrl);
    await transport.sendMail({ ...mail, messageId: messageId(mail?.messageId ?? '') });
    transport.close();
  }

  it('finds nothing after a correct run, and counts events and mails', async () => {
    const { findings, figures } = await inspect();
    expect(findings).toEqual(NOTHING_WRONG);
    expect(figures).toEqual({
      sent: 6,
      attempts: 6,
      acknowledged: 6,
      applied: 3,
      duplicates: 3,
      mails: 2,
      repeatedMails: 0,
    });
  });

  it('counts but accepts a mail delivered twice with one Message-ID', async () => {
    await inspect();
    await mailAgain((original) => original);
    const { findings, figures } = await inspect();
    expect(findings).toEqual(NOTHING_WRONG);
    expect(figures).toMatchObject({ mails: 2, repeatedMails: 1 });
  });

  const DAMAGES: [keyof Findings, string, () => Promise<unknown>][] = [
    ['lost', 'a missing event', () => tamper(`DELETE FROM kyc_events WHERE outcome = 'in_review'`)],
    ['lost', 'an event that was rejected', () => tamper(`UPDATE kyc_events SET is_refused = true`)],
    [
      'invented',
      'an event that was never sent',
      () =>
        run(`INSERT INTO kyc_events (provider, event_key, outcome, received_at, source)
             VALUES ('veriff', 'sha256:0', 'approved', now(), 'webhook')`),
    ],
    [
      'wrongRows',
      'a user with a wrong status',
      () => run(`UPDATE users SET kyc_status = 'verified' WHERE kyc_status = 'pending'`),
    ],
    [
      'wrongRows',
      'an ended session without an end time',
      () => run(`UPDATE kyc_sessions SET ended_at = NULL WHERE phase = 'declined'`),
    ],
    ['wrongMails', 'an extra mail', () => mailAgain(() => '<another@bank.example>')],
    ['wrongMails', 'a missing job', () => run(`DELETE FROM kyc_jobs.job WHERE name = 'notification'`)],
    ['wrongMails', 'a missing mail', () => Promise.resolve(gateway.sandbox.mailbox.clear())],
    [
      'leftovers',
      'a session that is still being opened',
      () =>
        run(`INSERT INTO kyc_sessions (user_id, provider, phase, opened_at, ended_at, changed_at)
             SELECT id, 'persona', 'opening', now(), now(), now() FROM users LIMIT 1`),
    ],
    [
      'leftovers',
      'a failed job',
      () => run(`INSERT INTO kyc_jobs.job (name, data, state) VALUES ('provider-lookup', '{}', 'failed')`),
    ],
    [
      'leftovers',
      'a parked job',
      () => run(`INSERT INTO kyc_jobs.job (name, data) VALUES ('notification-dead', '{}')`),
    ],
  ];

  it.each(DAMAGES)('reports as %s: %s', async (where, _what, damage) => {
    await inspect();
    await damage();
    const { findings } = await inspect();
    expect(findings).toEqual({ ...NOTHING_WRONG, [where]: expect.arrayContaining([expect.any(String)]) });
  });

  it('reports a job that is not done within the time limit', async () => {
    await inspect();
    await run(`UPDATE kyc_jobs.job SET state = 'retry', start_after = now() + interval '1 day'`);
    const { findings } = await inspect(0);
    expect(findings.undone).toEqual([expect.stringContaining('notification retry')]);
  });

  it('reports a transaction that stays open', async () => {
    const holder = new Client(asOwner(gateway.databaseUrl));
    await holder.connect();
    await holder.query('BEGIN');
    const found = await eventually(async () => (await inspect()).findings.leftovers[0]);
    expect(found).toMatch(/^transactions that stay open: .*BEGIN/);
    await holder.end();
  });

  it('reports a statement that waits for a lock', async () => {
    await whileTableIsLocked(gateway.databaseUrl, 'kyc_rate_limits', async () => {
      const waiting = run('SELECT FROM kyc_rate_limits').catch((error: unknown) => error);
      const found = await eventually(async () =>
        (await inspect()).findings.leftovers.find((line) => line.includes('lock')),
      );
      expect(found).toMatch(/^sessions that wait for a lock: relation/);
      await waiting;
    });
  });
});
