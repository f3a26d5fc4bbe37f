import { randomUUID } from 'node:crypto';
import { startGateway, type TestGateway } from '../support/gateway.ts';

const ON = { environment: { USERS_FROM_TOKEN: 'true', LOG_LEVEL: 'warn' } };

describe('with USERS_FROM_TOKEN, on a table where an address belongs to one user', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway(ON);
    await gateway.database.query('ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email)');
  });
  afterAll(() => gateway.close());

  const tokenFor = (email: string) => gateway.sandbox.issuer.tokenFor({ sub: randomUUID(), email });

  it('a new user gets a row and a session', async () => {
    const token = await tokenFor('new@users.example.com');
    expect((await gateway.start({ token })).status).toBe(201);
  });

  it.each(['start', 'status'] as const)(
    'a new user with another’s address is told that he is not known: %s',
    async (call) => {
      const { email } = await gateway.createUser();
      const token = await tokenFor(email);
      expect(await gateway[call]({ token })).toMatchObject({ status: 404, body: { code: 'user.unknown' } });
    },
  );
});

describe('with USERS_FROM_TOKEN, on a table that wants to know more of a user', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway(ON);
    await gateway.database.query(`ALTER TABLE users ADD COLUMN name text NOT NULL`);
  });
  afterAll(() => gateway.close());

  it.each(['start', 'status'] as const)(
    'a new user is told that he is not known, and the operator why: %s',
    async (call) => {
      const email = 'jane@users.example.com';
      const token = await gateway.sandbox.issuer.tokenFor({ sub: randomUUID(), email });
      expect(await gateway[call]({ token })).toMatchObject({ status: 404, body: { code: 'user.unknown' } });
      expect(gateway.logs()).toContain('null value in column \\"name\\"');
      expect(gateway.logs()).not.toContain(email);
    },
  );
});
