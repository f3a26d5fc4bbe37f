import { ConfigService } from '@nestjs/config';
import { Client } from 'pg';
import type { GatewayConfig } from '../../src/config/gateway.config.ts';
import { TokenColumnRepository } from '../../src/users/token-column.repository.ts';
import { TokenUsersService } from '../../src/users/token-users.service.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { createOperator } from '../support/operator.ts';
import { createTestDatabase, type TestDatabase, USERS } from '../support/test-database.ts';

/** The platform finds its users by the id of another system. */
describe('USERS_TOKEN_COLUMN', () => {
  let database: TestDatabase;
  let gateway: TestGateway;
  beforeAll(async () => {
    database = await createTestDatabase({ isEmpty: true });
    const client = new Client(database.url);
    await client.connect();
    await client.query(`
      CREATE TABLE users (
        id bigint PRIMARY KEY, email text, "authId" uuid UNIQUE, plain text, half text, several text, other text,
        letter "char" UNIQUE, UNIQUE (several, other));
      CREATE UNIQUE INDEX ON users (half) WHERE half <> '';
      INSERT INTO users VALUES (7, 'jane@example.com', 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee')`);
    await client.end();
    gateway = await startGateway({
      databaseUrl: database.url,
      environment: { USERS_TOKEN_COLUMN: 'authId', RATE_LIMIT_START_USER: '3/600' },
    });
  });
  afterAll(async () => {
    await gateway.close();
    await database.drop();
  });

  const tokenOf = async (sub: string) => ({ token: await gateway.sandbox.issuer.tokenFor({ sub }) });

  it('finds the user from the start to the verdict, in any spelling', async () => {
    const { body } = await gateway.start(await tokenOf('AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEE'));
    await gateway.sandbox.persona.decide(String(body['session_id']), { outcome: 'approve' });
    expect(await gateway.userRow({ id: '7' })).toMatchObject({ kyc_status: 'verified' });
    const status = await gateway.status(await tokenOf('aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee'));
    expect(status.body).toMatchObject({ kyc_status: 'verified' });
  });

  it.each(['7', 'jane', '99999999-bbbb-4ccc-8ddd-eeeeeeeeeeee'])(
    'answers 404 to a token whose id %s is in no row, even if it is the id of a row',
    async (sub) => {
      const token = await tokenOf(sub);
      const erased = await fetch(`${gateway.url}/api/kyc/data`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${token.token}` },
      });
      const answers = [await gateway.status(token), await gateway.start(token), erased];
      expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    },
  );

  it('keeps operators from deciding about themselves, and lets the others decide', async () => {
    const override = { status: 'verified', reason: 'seen at the branch' };
    const own = await createOperator(gateway, 'kyc:admin', 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee');
    const other = await createOperator(gateway, 'kyc:admin', '7');
    expect(await own.post('/7/override', override)).toMatchObject({
      status: 403,
      body: { code: 'kyc.own_case' },
    });
    expect(await other.post('/7/override', override)).toMatchObject({ status: 200 });
  });

  it.each([
    ['missing', 'must name a column of users'],
    ['plain', 'must name a column with a unique index of its own'],
    ['half', 'must name a column with a unique index of its own'],
    ['several', 'must name a column with a unique index of its own'],
    ['letter', 'must name a column of the type text, varchar, uuid or an integer'],
  ])('refuses the start with one sentence if it names the column %s', async (column, rule) => {
    const config = new ConfigService<GatewayConfig, true>({ users: { tokenColumn: column } });
    const service = new TokenUsersService(new TokenColumnRepository(gateway.database, USERS), config);
    await expect(service.onModuleInit()).rejects.toThrow(`USERS_TOKEN_COLUMN ${rule}`);
  });
});
