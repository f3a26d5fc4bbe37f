import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

/** The spellings of one UUID that PostgreSQL accepts. */
const SPELLINGS = [
  (id: string) => id.toUpperCase(),
  (id: string) => `{${id}}`,
  (id: string) => id.replaceAll('-', ''),
  (id: string) => id,
];

/** PostgreSQL accepts several spellings of a uuid and returns one of them. An issuer can use another one. */
describe('A user whose token spells the id differently from the database', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway({ environment: { RATE_LIMIT_START_USER: '3/600' } });
  });
  afterAll(() => gateway.close());

  async function verify(): Promise<{ id: string; token: string }> {
    const id = `abc${randomUUID().slice(3)}`;
    const email = `${id}@users.example.com`;
    await gateway.database.query('INSERT INTO users (id, email) VALUES ($1, $2)', [id, email]);
    const token = await gateway.sandbox.issuer.tokenFor({ sub: id.toUpperCase(), email });
    const { body } = await gateway.start({ token });
    await gateway.sandbox.persona.decide(String(body['session_id']), { outcome: 'approve' });
    return { id, token };
  }

  it('is verified by the webhook of the session', async () => {
    expect(await gateway.userRow(await verify())).toMatchObject({ kyc_status: 'verified' });
  });

  it('is recognized as the same user', async () => {
    expect((await gateway.status(await verify())).body).toMatchObject({ kyc_status: 'verified' });
  });

  it('has one limit of starts for all spellings', async () => {
    const { id, email } = await gateway.createUser();
    const statuses = [];
    for (const spelled of SPELLINGS) {
      const token = await gateway.sandbox.issuer.tokenFor({ sub: spelled(id), email });
      statuses.push((await gateway.start({ token })).status);
    }
    expect(statuses).toEqual([201, 200, 200, 429]);
  });
});

describe('A platform that numbers its users', () => {
  let database: TestDatabase;
  let gateway: TestGateway;

  beforeAll(async () => {
    database = await createTestDatabase({ isEmpty: true });
    const client = new Client(database.url);
    await client.connect();
    await client.query('CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, name text NOT NULL)');
    await client.query(
      `INSERT INTO users VALUES (41, 'joe@example.com', 'Joe'), (42, 'jane@example.com', 'Jane'), (43, 'ann@example.com', 'Ann')`,
    );
    await client.end();
    gateway = await startGateway({ databaseUrl: database.url });
  });
  afterAll(async () => {
    await gateway.close();
    await database.drop();
  });

  const userOf = async (sub: string) => ({ id: sub, token: await gateway.sandbox.issuer.tokenFor({ sub }) });

  it('can verify its users from the start to the mail', async () => {
    const jane = await userOf('42');
    const { body } = await gateway.start(jane);
    await gateway.sandbox.persona.decide(String(body['session_id']), { outcome: 'approve' });
    expect(await gateway.userRow(jane)).toMatchObject({ id: '42', name: 'Jane', kyc_status: 'verified' });
    await gateway.sandbox.mailbox.waitFor((mail) => mail.to.includes('jane@example.com'));
  });

  it('can resume a session of its users', async () => {
    const joe = await userOf('41');
    const [first, second] = [await gateway.start(joe), await gateway.start(joe)];
    expect([second.status, second.body['session_id']]).toEqual([200, first.body['session_id']]);
  });

  it('accepts a token that writes the number with a leading zero', async () => {
    const ann = await userOf('0043');
    const { body } = await gateway.start(ann);
    await gateway.sandbox.persona.decide(String(body['session_id']), { outcome: 'approve' });
    expect((await gateway.status(ann)).body).toMatchObject({ kyc_status: 'verified' });
  });

  it.each(['44', 'jane', '99999999999999999999', '4b2e6a2e-0a52-4b5e-9f5a-3c3f0f6f2a11'])(
    'does not know the user id %s',
    async (sub) => {
      expect(await gateway.start(await userOf(sub))).toMatchObject({
        status: 404,
        body: { code: 'user.unknown' },
      });
    },
  );
});
