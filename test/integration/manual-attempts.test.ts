import { readConfig } from '../../src/config/read-config.ts';
import { PROVIDER_DEFINITIONS } from '../../src/kyc/providers/registry.ts';
import { MANUAL_PROVIDER } from '../../src/kyc/store/manual-provider.ts';
import { startGateway, type TestGateway, type User } from '../support/gateway.ts';
import { createOperator, type Operator } from '../support/operator.ts';

const REASON = 'Passport seen at the branch, ticket 4711';

describe('A decision about a user without any session', () => {
  let gateway: TestGateway;
  let operator: Operator;
  beforeAll(async () => {
    gateway = await startGateway({ environment: { KYC_MAX_ATTEMPTS: '1' } });
    operator = await createOperator(gateway);
  });
  afterAll(() => gateway.close());

  const override = (user: User, status: string) =>
    operator.post(`/${user.id}/override`, { status, reason: REASON });
  const attemptsOf = (user: User): Promise<Record<string, unknown>[]> =>
    gateway.database.query('SELECT * FROM kyc_sessions WHERE user_id = $1 ORDER BY opened_at', [user.id]);

  async function decided(status: string): Promise<User> {
    const user = await gateway.createUser();
    await override(user, status);
    return user;
  }

  it.each([
    ['verified', 'approved'],
    ['rejected', 'declined'],
  ])('makes the user %s by a manual attempt', async (status, phase) => {
    const user = await gateway.createUser();
    expect(await override(user, status)).toMatchObject({
      status: 200,
      body: {
        user_id: user.id,
        kyc_status: status,
        kyc_provider: 'manual',
        kyc_session_id: expect.any(String),
      },
    });
    expect(await attemptsOf(user)).toMatchObject([
      { provider: 'manual', phase, ended_at: expect.any(Date), next_read_at: null, resume_token: null },
    ]);
  });

  it('is an event of the operator in the ledger, with the reason', async () => {
    const user = await gateway.createUser();
    const { body } = await override(user, 'verified');
    expect(await gateway.events(String(body['kyc_session_id']))).toMatchObject([
      { provider: 'manual', source: 'operator', outcome: 'approved', actor: operator.name, note: REASON },
    ]);
    expect((await operator.get(`/${user.id}`)).body['sessions']).toMatchObject([
      { provider: 'manual', phase: 'approved', events: [{ source: 'operator', outcome: 'approved' }] },
    ]);
  });

  it('sends the mail of an override', async () => {
    const user = await decided('verified');
    const mail = await gateway.sandbox.mailbox.waitFor(({ to }) => to.includes(user.email));
    expect(mail.subject).toBe('You are verified');
  });

  it('rejects a user whom the platform had verified before', async () => {
    const user = await gateway.createUser();
    await gateway.database.query(`UPDATE users SET kyc_status = 'verified' WHERE id = $1`, [user.id]);
    expect((await gateway.start(user)).body).toMatchObject({ code: 'kyc.already_verified' });
    await override(user, 'rejected');
    expect((await gateway.status(user)).body).toMatchObject({ kyc_status: 'rejected', next_action: 'retry' });
    expect((await gateway.start(user)).status).toBe(201);
  });

  it('leaves all attempts to a user who was rejected', async () => {
    const user = await decided('rejected');
    expect((await gateway.status(user)).body).toMatchObject({ attempts_left: 1, next_action: 'retry' });
    expect((await gateway.start(user)).status).toBe(201);
    const [manual, second] = await attemptsOf(user);
    expect([manual, second]).toMatchObject([
      { provider: 'manual', phase: 'declined' },
      { provider: 'persona' },
    ]);
  });

  it('lets a user who was verified start nothing', async () => {
    const user = await decided('verified');
    expect(await gateway.start(user)).toMatchObject({ status: 409, body: { code: 'kyc.already_verified' } });
  });

  it('can be reversed by an operator, in the same attempt', async () => {
    const user = await decided('verified');
    expect(await override(user, 'rejected')).toMatchObject({ body: { kyc_status: 'rejected' } });
    expect(await override(user, 'verified')).toMatchObject({ body: { kyc_status: 'verified' } });
    expect(await attemptsOf(user)).toHaveLength(1);
  });

  it('cannot be a review, because no provider could finish it', async () => {
    const user = await gateway.createUser();
    const refused = { status: 409, body: { code: 'kyc.no_session' } };
    expect(await override(user, 'pending')).toMatchObject(refused);
    expect(await attemptsOf(user)).toEqual([]);
    await override(user, 'verified');
    expect(await override(user, 'pending')).toMatchObject(refused);
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'verified' });
  });

  it('creates one manual attempt although several operators decide at the same time', async () => {
    const user = await gateway.createUser();
    const answers = await Promise.all([
      override(user, 'verified'),
      override(user, 'rejected'),
      override(user, 'verified'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await attemptsOf(user)).toHaveLength(1);
  });

  it('is read at no provider', async () => {
    const user = await decided('verified');
    expect((await operator.post(`/${user.id}/reconcile`)).body['sessions']).toMatchObject([
      { provider: 'manual', before: 'approved', after: 'approved', result: 'not_read' },
    ]);
  });

  it('is erased at the gateway only, and stays without the reason of the operator', async () => {
    const user = await decided('rejected');
    expect((await operator.delete(`/${user.id}/data`)).status).toBe(202);
    const places = await gateway.database.query('SELECT place FROM kyc_erasures WHERE user_id = $1', [
      user.id,
    ]);
    expect(places).toEqual([{ place: 'gateway' }]);
    const { kyc_session_id: sessionId } = await gateway.userRow(user);
    expect(sessionId).toMatch(/^erased:/);
    expect(await gateway.events(String(sessionId))).toMatchObject([{ outcome: 'declined', note: null }]);
    expect((await gateway.status(user)).body).toMatchObject({ kyc_status: 'rejected', attempts_left: 1 });
  });

  it('is never a provider that can be configured', () => {
    expect(PROVIDER_DEFINITIONS.map(({ name }) => name)).not.toContain(MANUAL_PROVIDER);
    expect(() => readConfig(PROVIDER_DEFINITIONS, { KYC_PROVIDER: MANUAL_PROVIDER })).toThrow('KYC_PROVIDER');
  });
});

describe('A decision about a user without any session, if erasures delete the decision', () => {
  it('is erased, and leaves all attempts to the user', async () => {
    const environment = { KYC_ERASURE_KEEPS_DECISION: 'false', KYC_MAX_ATTEMPTS: '1' };
    const gateway = await startGateway({ environment });
    const operator = await createOperator(gateway);
    const user = await gateway.createUser();
    await operator.post(`/${user.id}/override`, { status: 'verified', reason: REASON });
    await operator.delete(`/${user.id}/data`);
    expect(await gateway.database.query(`SELECT 1 FROM kyc_events WHERE provider = 'manual'`)).toEqual([]);
    expect((await gateway.status(user)).body).toMatchObject({ kyc_status: 'not_verified', attempts_left: 1 });
    expect((await gateway.start(user)).status).toBe(201);
    await gateway.close();
  });
});

describe('A decision during the start of a user without any session', () => {
  it('counts, and the session of the start does not replace it', async () => {
    const gateway = await startGateway();
    const operator = await createOperator(gateway);
    const user = await gateway.createUser();
    gateway.sandbox.persona.misbehave({ delayMs: 1_000 });
    const started = gateway.start(user);
    for (let rows: unknown[] = []; rows.length === 0;) {
      rows = await gateway.database.query(`SELECT 1 FROM kyc_sessions WHERE user_id = $1`, [user.id]);
    }
    expect(await operator.post(`/${user.id}/override`, { status: 'verified', reason: REASON })).toMatchObject(
      {
        status: 200,
      },
    );
    expect(await started).toMatchObject({ status: 409, body: { code: 'kyc.already_verified' } });
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'verified', kyc_provider: 'manual' });
    await gateway.close();
  });
});
