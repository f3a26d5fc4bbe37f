import { Client } from 'pg';
import { startGateway, type TestGateway, type User } from '../support/gateway.ts';
import { createOperator, type Operator } from '../support/operator.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

const OVERRIDE = { status: 'verified', reason: 'seen at the branch' };
const REFUSED = { status: 403, body: { code: 'kyc.own_case' } };

describe('An operator who is a user of the platform', () => {
  let gateway: TestGateway;
  let user: User;
  let sessionId: string;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  beforeEach(async () => {
    ({ user, sessionId } = await gateway.openSession());
  });
  afterAll(() => gateway.close());

  const spellings = (): string[] => [
    user.id,
    user.id.toUpperCase(),
    `{${user.id}}`,
    user.id.replaceAll('-', ''),
  ];
  /** The operators whose tokens spell the id of the user in different ways. */
  const ownOperators = (): Promise<Operator[]> =>
    Promise.all(spellings().map((name) => createOperator(gateway, 'kyc:admin', name)));

  it('cannot override their own status, however token and address spell their id', async () => {
    for (const operator of await ownOperators()) {
      for (const id of spellings()) {
        const path = `/${encodeURIComponent(id)}/override`;
        expect([operator.name, id, await operator.post(path, OVERRIDE)]).toMatchObject([
          operator.name,
          id,
          REFUSED,
        ]);
      }
    }
    expect(await gateway.events(sessionId)).toEqual([]);
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'pending' });
  });

  it('cannot erase their own data as an operator', async () => {
    for (const operator of await ownOperators()) {
      expect(await operator.delete(`/${user.id}/data`)).toMatchObject(REFUSED);
    }
    expect(await gateway.userRow(user)).toMatchObject({ kyc_session_id: sessionId });
  });

  it('cannot accept a late verdict about their own verification', async () => {
    await gateway.sandbox.persona.decide(sessionId, { outcome: 'decline' });
    await gateway.start(user);
    await gateway.sandbox.persona.decide(sessionId, { outcome: 'approve' });
    const other = await createOperator(gateway);
    const listed = (await other.lateVerdicts()).body['late_verdicts'] as Record<string, unknown>[];
    const own = listed.find((verdict) => verdict['user_id'] === user.id);
    for (const operator of await ownOperators()) {
      expect(await operator.acceptLateVerdict(String(own?.['event_id']))).toMatchObject(REFUSED);
    }
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'pending' });
    expect(await other.acceptLateVerdict(String(own?.['event_id']))).toMatchObject({ status: 200 });
  });

  it('can decide about other users, and read their own case', async () => {
    const operator = await createOperator(gateway, 'kyc:admin', user.id);
    const { user: other } = await gateway.openSession();
    expect(await operator.post(`/${other.id}/override`, OVERRIDE)).toMatchObject({ status: 200 });
    expect(await operator.get(`/${user.id}`)).toMatchObject({ status: 200 });
  });

  it('leaves a line for security monitoring when they try to decide their own case', async () => {
    const operator = await createOperator(gateway, 'kyc:admin', user.id);
    await operator.post(`/${user.id}/override`, OVERRIDE);
    expect(gateway.logs()).toContain('security.own_case');
  });
});

describe('An operator whose id can be spelled in different ways', () => {
  let database: TestDatabase;
  let gateway: TestGateway;
  beforeAll(async () => {
    database = await createTestDatabase({ isEmpty: true });
    const client = new Client(database.url);
    await client.connect();
    await client.query(
      'CREATE TABLE users (id numeric PRIMARY KEY, email text); INSERT INTO users VALUES (1, null), (2, null)',
    );
    await client.end();
    gateway = await startGateway({ databaseUrl: database.url });
  });
  afterAll(async () => {
    await gateway.close();
    await database.drop();
  });

  it('cannot decide about themselves under a spelling that PostgreSQL prints differently', async () => {
    const operator = await createOperator(gateway, 'kyc:admin', '1');
    expect(await operator.post('/1.0/override', OVERRIDE)).toMatchObject(REFUSED);
    expect(await operator.post('/2.0/override', OVERRIDE)).toMatchObject({ status: 200 });
  });
});
