import { eventually } from '../support/eventually.ts';
import { startGateway, type TestGateway, type User } from '../support/gateway.ts';

const RETRIES = `UPDATE kyc_jobs.job SET start_after = now() WHERE name = 'notification' AND state = 'retry'`;

describe('A mail that waits for a retry', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway({ environment: { KYC_ERASURE_KEEPS_DECISION: 'false' } });
  });
  afterAll(() => gateway.close());

  const decide = (sessionId: string, outcome: 'approve' | 'decline' | 'review') =>
    gateway.sandbox.persona.decide(sessionId, { outcome });
  const subjectsTo = ({ email }: User) =>
    gateway.sandbox.mailbox
      .messages()
      .filter((mail) => mail.to.includes(email))
      .map((mail) => mail.subject);
  const jobs = async (user: User): Promise<string[]> => {
    const rows: { state: string }[] = await gateway.database.query(
      `SELECT state::text FROM kyc_jobs.job WHERE name = 'notification' AND data ->> 'userId' = $1`,
      [user.id],
    );
    return rows.map((row) => row.state);
  };
  const allCompleted = (user: User, count: number) =>
    eventually(async () => {
      await gateway.database.query(RETRIES);
      const states = await jobs(user);
      return states.length === count && states.every((state) => state === 'completed') ? true : undefined;
    });

  /** Approves a user while the mail server answers 451 for them. */
  async function approveWithoutMail() {
    const { user, sessionId } = await gateway.openSession();
    gateway.sandbox.mailbox.refuseRecipient(user.email, 451);
    await decide(sessionId, 'approve');
    await eventually(async () => ((await jobs(user)).includes('retry') ? true : undefined));
    return { user, sessionId };
  }

  it('is dropped if the user was rejected in the meantime, who learns only of the rejection', async () => {
    const { user, sessionId } = await approveWithoutMail();
    gateway.sandbox.mailbox.acceptRecipient(user.email);
    await decide(sessionId, 'decline');

    await allCompleted(user, 2);
    expect(subjectsTo(user)).toEqual(['Your verification was not successful']);
    const lines = gateway.logs().split('\n');
    const line = lines.find((text) => text.includes('mail.obsolete') && text.includes(user.id)) ?? '{}';
    expect(JSON.parse(line)).toMatchObject({ level: 30, subject: 'verified', userId: user.id });
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    expect(metrics).toContain('kyc_mails_total{subject="verified",result="obsolete"} 1');
  });

  it('is sent once if the approval was withdrawn and given again before any mail arrived', async () => {
    const { user, sessionId } = await approveWithoutMail();
    await decide(sessionId, 'review');
    await decide(sessionId, 'approve');
    gateway.sandbox.mailbox.acceptRecipient(user.email);

    await allCompleted(user, 3);
    expect(subjectsTo(user)).toEqual(['You are verified']);
  });

  it('is dropped after an erasure that keeps no decision', async () => {
    const { user } = await approveWithoutMail();
    gateway.sandbox.mailbox.acceptRecipient(user.email);
    const erased = await fetch(`${gateway.url}/api/kyc/data`, {
      method: 'DELETE',
      headers: { authorization: `Bearer ${user.token}` },
    });
    expect(erased.status).toBe(202);

    await allCompleted(user, 1);
    expect(subjectsTo(user)).toEqual([]);
  });

  it('is not overtaken by a later mail of the same user while it is being sent', async () => {
    const { user, sessionId } = await gateway.openSession();
    const first = gateway.sandbox.mailbox.hold({ to: user.email, at: 'data' });
    await decide(sessionId, 'approve');
    await first.reached;
    await decide(sessionId, 'decline');
    await eventually(async () => ((await jobs(user)).includes('retry') ? true : undefined));
    first.release();

    await allCompleted(user, 2);
    expect(subjectsTo(user)).toEqual(['You are verified', 'Your verification is no longer valid']);
  });
});
