import { Client } from 'pg';
import { type Sandbox, startSandbox } from '../../packages/sandbox/sandbox.ts';
import { examine } from '../../src/doctor/examine.ts';
import type { Finding } from '../../src/doctor/finding.ts';
import { PROVIDER_DEFINITIONS } from '../../src/kyc/providers/registry.ts';
import { DATABASE_MISFITS } from '../support/misfits/database.ts';
import { MAIL_MISFITS, requiredEncryption } from '../support/misfits/mail.ts';
import type { Surroundings, Variables } from '../support/misfits/misfit.ts';
import {
  CLOCK_MISFITS,
  ENVIRONMENT_MISFITS,
  PROVIDER_MISFITS,
  RESPONSE_MISFITS,
  URL_MISFITS,
} from '../support/misfits/outside.ts';
import { RIGHTS_MISFITS } from '../support/misfits/rights.ts';
import { TOKEN_MISFITS } from '../support/misfits/tokens.ts';
import { USERS_TABLE_MISFITS } from '../support/misfits/users-table.ts';
import { createTestDatabase } from '../support/test-database.ts';

const MISFITS = [
  ...ENVIRONMENT_MISFITS,
  ...DATABASE_MISFITS,
  ...USERS_TABLE_MISFITS,
  ...RIGHTS_MISFITS,
  ...TOKEN_MISFITS,
  ...MAIL_MISFITS,
  ...PROVIDER_MISFITS,
  ...RESPONSE_MISFITS,
  ...CLOCK_MISFITS,
  ...URL_MISFITS,
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
  const wrong = (findings: Finding[]) => findings.filter(({ verdict }) => verdict !== 'ok');

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

  it.each(MISFITS)(
    'names $title, with its remedy',
    async ({ isEmpty, build, check, verdict = 'failed', remedy }) => {
      const around = await surroundings(isEmpty);
      const findings = await examine({ ...complete(around), ...(await build(around)) });
      const others = isEmpty === true ? ['migrations'] : [];
      expect(wrong(findings).filter((finding) => !others.includes(finding.check))).toEqual([
        { check, verdict, message: expect.stringMatching(remedy) },
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
