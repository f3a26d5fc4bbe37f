import { Client } from 'pg';
import { type Sandbox, startSandbox } from '../../packages/sandbox/sandbox.ts';
import { examine } from '../../src/doctor/examine.ts';
import type { Finding } from '../../src/doctor/finding.ts';
import { PROVIDER_DEFINITIONS } from '../../src/kyc/providers/registry.ts';
import { WRONG_DATABASE } from '../support/wrong-environments/database.ts';
import { WRONG_MAIL, requiredEncryption } from '../support/wrong-environments/mail.ts';
import type { Surroundings, Variables } from '../support/wrong-environments/wrong-environment.ts';
import {
  WRONG_CLOCK,
  WRONG_VARIABLES,
  WRONG_PROVIDER,
  WRONG_RESPONSE,
  WRONG_URL,
} from '../support/wrong-environments/outside.ts';
import { WRONG_RIGHTS } from '../support/wrong-environments/rights.ts';
import { WRONG_TOKEN } from '../support/wrong-environments/tokens.ts';
import { WRONG_USERS_TABLE } from '../support/wrong-environments/users-table.ts';
import { createTestDatabase } from '../support/test-database.ts';

const WRONG_ENVIRONMENTS = [
  ...WRONG_VARIABLES,
  ...WRONG_DATABASE,
  ...WRONG_USERS_TABLE,
  ...WRONG_RIGHTS,
  ...WRONG_TOKEN,
  ...WRONG_MAIL,
  ...WRONG_PROVIDER,
  ...WRONG_RESPONSE,
  ...WRONG_CLOCK,
  ...WRONG_URL,
];

describe('The doctor', () => {
  let sandbox: Sandbox;
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());

  const clean: (() => unknown)[] = [];
  afterEach(async () => {
    for (const work of clean.splice(0).toReversed()) await work();
  });

  async function surroundings(isEmpty = false): Promise<Surroundings> {
    const database = await createTestDatabase({ isEmpty });
    clean.push(() => database.drop());
    return {
      sandbox,
      database,
      async asOwner(...statements) {
        const client = new Client(database.ownerUrl);
        await client.connect();
        for (const statement of statements) await client.query(statement);
        await client.end();
      },
      role: new URL(database.url).username,
      cleanUp: (work) => void clean.push(work),
    };
  }

  const complete = ({ database }: Surroundings): Variables => ({
    ...sandbox.environment,
    DATABASE_URL: database.url,
    DATABASE_MIGRATE: 'false',
    KYC_PROVIDER: 'persona',
    KYC_REDIRECT_URLS: 'https://app.example.com/kyc/return',
    CORS_ORIGINS: 'https://app.example.com',
  });
  const wrong = (findings: Finding[]) => findings.filter(({ result }) => result !== 'ok');

  it('finds nothing wrong with an environment that fits', async () => {
    const findings = await examine(complete(await surroundings()));
    expect(wrong(findings)).toEqual([]);
    expect(findings.map(({ check }) => check)).toEqual([
      'environment',
      'database',
      'database writes',
      'database pooler',
      'database encryption',
      'migrations',
      'users table',
      'rights to work',
      'row-level security',
      'job tables',
      'token keys',
      'mail server',
      'mail encryption',
      ...PROVIDER_DEFINITIONS.flatMap(({ name }) => [`provider ${name}`, 'clock']),
      'redirect URLs',
    ]);
  });

  it.each(WRONG_ENVIRONMENTS)(
    'names $title, with its remedy',
    async ({ isEmpty, build, check, result = 'failed', remedy }) => {
      const around = await surroundings(isEmpty);
      const findings = await examine({ ...complete(around), ...(await build(around)) });
      const others = isEmpty === true ? ['migrations'] : [];
      expect(wrong(findings).filter((finding) => !others.includes(finding.check))).toEqual([
        { check, result, message: expect.stringMatching(remedy) },
      ]);
      expect(JSON.stringify(findings)).not.toContain('s3cret');
    },
  );

  it('accepts a remote mail server with a STARTTLS that SMTP_URL requires', async () => {
    const around = await surroundings();
    const findings = await examine({ ...complete(around), ...(await requiredEncryption(around)) });
    expect(wrong(findings)).toEqual([]);
  });

  it('writes nothing to the database', async () => {
    const around = await surroundings(true);
    await examine({ ...complete(around), DATABASE_MIGRATE: 'true', USERS_TABLE_CREATE: 'true' });
    const client = new Client(around.database.ownerUrl);
    await client.connect();
    const { rows } = await client.query(
      `SELECT relname FROM pg_class WHERE relnamespace NOT IN (SELECT oid FROM pg_namespace WHERE nspname ~ '^(pg_|information_schema)')`,
    );
    await client.end();
    expect(rows).toEqual([]);
  });
});
