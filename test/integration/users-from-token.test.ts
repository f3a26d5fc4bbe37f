import { randomUUID } from 'node:crypto';
import { startGateway, type TestGateway } from '../support/gateway.ts';

const ON = { environment: { USERS_FROM_TOKEN: 'true', LOG_LEVEL: 'warn' } };

describe('With USERS_FROM_TOKEN and a unique mail address column', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway(ON);
    await gateway.database.query('ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email)');
  });
  afterAll(() => gateway.close());

  const tokenFor = (email: string) => gateway.sandbox.issuer.tokenFor({ sub: randomUUID(), email });

  it('the first start of a new user creates a row and a session', async () => {
    const token = await tokenFor('new@users.example.com');
    expect((await gateway.start({ token })).status).toBe(201);
  });

  it.each(['start', 'status'] as const)(
    'the %s of a new user whose address is not verified answers 404',
    async (call) => {
      const claims = { sub: randomUUID(), email: 'unverified@users.example.com', email_verified: false };
      const token = await gateway.sandbox.issuer.tokenFor(claims);
      expect(await gateway[call]({ token })).toMatchObject({ status: 404, body: { code: 'user.unknown' } });
    },
  );

  it.each(['start', 'status'] as const)(
    'the %s of a new user with the address of another user answers 404',
    async (call) => {
      const { email } = await gateway.createUser();
      const token = await tokenFor(email);
      expect(await gateway[call]({ token })).toMatchObject({ status: 404, body: { code: 'user.unknown' } });
    },
  );
});

describe('With USERS_FROM_TOKEN and other required columns', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway(ON);
    await gateway.database.query(`ALTER TABLE users ADD COLUMN name text NOT NULL`);
  });
  afterAll(() => gateway.close());

  it.each(['start', 'status'] as const)(
    'the %s of a new user answers 404 and logs the reason for the operator',
    async (call) => {
      const email = 'jane@users.example.com';
      const token = await gateway.sandbox.issuer.tokenFor({ sub: randomUUID(), email });
      expect(await gateway[call]({ token })).toMatchObject({ status: 404, body: { code: 'user.unknown' } });
      expect(gateway.logs()).toContain('null value in column \\"name\\"');
      expect(gateway.logs()).not.toContain(email);
    },
  );
});
