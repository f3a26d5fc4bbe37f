import { ReconciliationService } from '../../src/kyc/reconciliation/reconciliation.service.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

describe('When PostgreSQL does not let the gateway change rows of users, the gateway', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({ environment: { LOG_LEVEL: 'warn' } });
  });
  afterAll(() => gateway.close());
  afterEach(async () => {
    await gateway.database.query('DROP POLICY IF EXISTS readable ON users');
    await gateway.database.query('ALTER TABLE users DISABLE ROW LEVEL SECURITY');
    await gateway.database.query('DROP TRIGGER IF EXISTS suppress ON users');
  });

  const FAULTS: [string, string[]][] = [
    ['hides them', ['ALTER TABLE users ENABLE ROW LEVEL SECURITY']],
    [
      'shows them but hides them from updates',
      [
        'ALTER TABLE users ENABLE ROW LEVEL SECURITY',
        'CREATE POLICY readable ON users FOR SELECT USING (true)',
      ],
    ],
    [
      'suppresses each update with a trigger',
      [
        `CREATE OR REPLACE FUNCTION suppress() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`,
        'CREATE TRIGGER suppress BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION suppress()',
      ],
    ],
  ];
  const inject = async (statements: string[]) => {
    for (const statement of statements) await gateway.database.query(statement);
  };
  const mend = async () => {
    await gateway.database.query('ALTER TABLE users DISABLE ROW LEVEL SECURITY');
    await gateway.database.query('DROP TRIGGER IF EXISTS suppress ON users');
  };

  it.each(FAULTS)('answers 503 to a webhook and stores nothing if it %s', async (_, statements) => {
    const { user, sessionId } = await gateway.openSession();
    const webhook = gateway.sandbox.persona.webhookFor(sessionId, { outcome: 'approve' });
    await inject(statements);
    expect((await gateway.deliver(webhook)).status).toBe(503);
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'pending' });
    expect(await gateway.events(sessionId)).toEqual([]);
    expect(gateway.logs()).toContain('row-level security');

    await mend();
    expect((await gateway.deliver(webhook)).status).toBe(200);
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'verified' });
  });

  it.each(FAULTS.slice(1))(
    'answers an error to a start and opens no attempt if it %s',
    async (_, statements) => {
      const user = await gateway.createUser();
      await inject(statements);
      expect((await gateway.start(user)).status).toBeGreaterThanOrEqual(404);
      expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'not_verified', kyc_session_id: null });

      await mend();
      expect((await gateway.start(user)).status).toBe(201);
      expect(
        gateway.sandbox.persona.sessions().filter(({ reference }) => reference === user.id),
      ).toHaveLength(1);
    },
  );
});

describe('A row of users that disagrees with its current attempt', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  it('is repaired when the session is read, without a second mail', async () => {
    const { user, sessionId } = await gateway.openSession();
    await gateway.sandbox.persona.decide(sessionId, { outcome: 'approve' });
    await gateway.sandbox.mailbox.waitFor((mail) => mail.to.includes(user.email));
    await gateway.database.query(`UPDATE users SET kyc_status = 'pending' WHERE id = $1`, [user.id]);

    await gateway.app.get(ReconciliationService).reconcile({ kind: 'user', userId: user.id });

    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'verified' });
    const [jobs] = await gateway.database.query<{ count: number }[]>(
      `SELECT count(*)::int FROM kyc_jobs.job WHERE name = 'notification' AND data ->> 'userId' = $1`,
      [user.id],
    );
    expect(jobs).toEqual({ count: 1 });
  });
});
