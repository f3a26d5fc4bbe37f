import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseEnv } from 'node:util';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { Client } from 'pg';
import { type Sandbox, startSandbox } from '../../packages/sandbox/sandbox.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { ADMIN_USERS } from '../support/operator.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { type Claims, ISSUER_SHAPES, type IssuerShape } from '../support/token-shapes.ts';

const PAGE = readFileSync(new URL('../../docs/token-issuer.md', import.meta.url), 'utf8');
const UNSET = {
  AUTH_JWKS_URL: '',
  AUTH_JWT_SECRET: '',
  AUTH_ISSUER: '',
  AUTH_AUDIENCE: '',
  AUTH_CLIENT_IDS: '',
};
const KID = 'the-key-of-the-issuer';

/** The page is the source of the variables, so that a wrong recipe fails here. */
const recipes = new Map(
  [...PAGE.matchAll(/^### (.+)\n\n```sh\n([^`]*)```/gm)].map(([, name = '', variables = '']) => [
    name,
    parseEnv(variables) as Record<string, string>,
  ]),
);

describe('The page on token issuers', () => {
  it('has a tested recipe for each issuer', () => {
    expect([...recipes.keys()]).toEqual(ISSUER_SHAPES.map(({ name }) => name));
  });

  it.each(ISSUER_SHAPES)('names the key set of $name', ({ name, keySetUrl }) => {
    expect(recipes.get(name)?.['AUTH_JWKS_URL']).toBe(keySetUrl);
  });
});

describe('With the recipe for', () => {
  let database: TestDatabase;
  let sandbox: Sandbox;
  const keys = {} as Record<IssuerShape['algorithm'], CryptoKeyPair>;
  let keyServer: Server;

  beforeAll(async () => {
    database = await createTestDatabase({ isEmpty: true });
    sandbox = await startSandbox();
    for (const algorithm of ['RS256', 'ES256'] as const) {
      keys[algorithm] = (await generateKeyPair(algorithm)) as CryptoKeyPair;
    }
    const published = await Promise.all(
      Object.entries(keys).map(async ([alg, { publicKey }]) => ({
        ...(await exportJWK(publicKey)),
        kid: KID + alg,
        alg,
      })),
    );
    keyServer = createServer((_, response) => response.end(JSON.stringify({ keys: published })));
    await new Promise<void>((resolve) => keyServer.listen(0, '127.0.0.1', resolve));
    await inDatabase(
      'CREATE TABLE users (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), email text, auth_id text UNIQUE)',
    );
  });
  afterAll(async () => {
    keyServer.close();
    await sandbox.close();
    await database.drop();
  });

  async function inDatabase(sql: string, values?: unknown[]): Promise<{ id: string }[]> {
    const client = new Client(database.url);
    await client.connect();
    const { rows } = await client.query<{ id: string }>(sql, values);
    await client.end();
    return rows;
  }

  describe.each(ISSUER_SHAPES)('$name,', ({ name, algorithm, common, user, operator, foreign }) => {
    const recipe = recipes.get(name) ?? {};
    let gateway: TestGateway;
    beforeAll(async () => {
      const jwksUrl = `http://127.0.0.1:${(keyServer.address() as AddressInfo).port}`;
      const environment = { ...UNSET, ...recipe, AUTH_JWKS_URL: jwksUrl };
      gateway = await startGateway({ databaseUrl: database.url, sandbox, environment });
    });
    afterAll(() => gateway.close());
    beforeEach(() => inDatabase('TRUNCATE users CASCADE'));

    const tokenOf = (claims: Claims) => {
      const whole = { ...common, ...user, ...claims };
      return new SignJWT(whole as JWTPayload)
        .setProtectedHeader({ alg: algorithm, typ: 'JWT', kid: KID + algorithm })
        .setIssuedAt()
        .setExpirationTime('1h')
        .sign(keys[algorithm].privateKey);
    };
    const listUsers = async (claims: Claims) => {
      const headers = { authorization: `Bearer ${await tokenOf(claims)}` };
      return (await fetch(gateway.url + ADMIN_USERS, { headers })).status;
    };
    /** The platform creates its users, unless the recipe leaves it to the gateway. */
    async function createUser(): Promise<void> {
      if (recipe['USERS_FROM_TOKEN'] === 'true') return;
      const column = recipe['USERS_TOKEN_COLUMN'] ?? 'id';
      await inDatabase(`INSERT INTO users (${column}, email) VALUES ($1, 'jane@example.com')`, [
        user[recipe['AUTH_USER_CLAIM'] ?? 'sub'],
      ]);
    }

    it('a user can start a verification', async () => {
      await createUser();
      const { status } = await gateway.start({ token: await tokenOf({}) });
      const sessions = await inDatabase('SELECT user_id::text AS id FROM kyc_sessions');
      const users = await inDatabase('SELECT id::text FROM users');
      expect([status, sessions]).toEqual([201, users]);
    });

    it('a user is not an operator', async () => {
      await createUser();
      expect(await listUsers({})).toBe(403);
      expect(await listUsers({ scope: 'kyc:admin' })).toBe(403);
    });

    it('an operator can list users', async () => {
      expect(await listUsers(operator)).toBe(200);
    });

    it.each(Object.entries(foreign))('a token of %s is refused', async (_, claims) => {
      await createUser();
      const { status, body } = await gateway.status({ token: await tokenOf(claims) });
      expect([status, body['code']]).toEqual([401, 'auth.token_invalid']);
      expect(await listUsers({ ...operator, ...claims })).toBe(401);
    });
  });
});
