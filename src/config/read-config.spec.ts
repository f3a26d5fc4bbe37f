import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MinLength } from 'class-validator';
import { SecretList, SecureUrl } from './decorators.ts';
import type { EnvironmentGroup } from './environment-group.ts';
import { ConfigurationError, readConfig } from './read-config.ts';

class AcmeEnvironment {
  @MinLength(8)
  ACME_KEY!: string;

  @SecretList()
  ACME_SECRETS!: string[];

  @SecureUrl()
  ACME_API_URL = 'https://api.acme.example';
}

class OtherEnvironment {
  @MinLength(1)
  OTHER_KEY!: string;
}

const GROUPS: readonly EnvironmentGroup[] = [
  { name: 'acme', environment: AcmeEnvironment, required: ['ACME_KEY', 'ACME_SECRETS'] },
  { name: 'other', environment: OtherEnvironment, required: ['OTHER_KEY'] },
];

const COMPLETE = {
  DATABASE_URL: 'postgres://kyc:secret@127.0.0.1/kyc',
  AUTH_JWKS_URL: 'https://login.example.com/jwks.json',
  AUTH_ISSUER: 'https://login.example.com',
  AUTH_AUDIENCE: 'kyc-gateway',
  SMTP_URL: 'smtp://mail.example.com:587',
  MAIL_FROM: 'Example <kyc@example.com>',
  KYC_PROVIDER: 'acme',
  KYC_REDIRECT_URLS: 'https://app.example.com/kyc',
  ACME_KEY: 'acme-key-1',
  ACME_SECRETS: 'acme-secret-1',
};

type Changes = Record<string, string | undefined>;

const read = (changes: Changes = {}) => readConfig(GROUPS, { ...COMPLETE, ...changes });

function problemsOf(changes: Changes): readonly string[] {
  return refusalOf({ ...COMPLETE, ...changes }).problems;
}

function refusalOf(environment: Changes): ConfigurationError {
  try {
    readConfig(GROUPS, environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error('the environment was accepted');
}

describe('An environment that is not fit to start with', () => {
  it('is told everything that is missing at once', () => {
    const { message } = refusalOf({});
    const named = message.match(/\b[A-Z][A-Z_]+[A-Z]\b/g) ?? [];
    const optional = ['AUTH_JWT_SECRET'];
    const required = Object.keys(COMPLETE).filter((name) => !name.startsWith('ACME_'));
    expect([...new Set(named)].toSorted()).toEqual([...required, ...optional].toSorted());
  });

  it('is told what is missing and what is wrong in one message, a line each', () => {
    const { message } = refusalOf({ ...COMPLETE, MAIL_FROM: undefined, PORT: 'http', TRUST_PROXY: 'yes' });
    expect(
      message
        .split('\n')
        .slice(1)
        .map((line) => /[A-Z_]{2,}/.exec(line)?.[0]),
    ).toEqual(['PORT', 'MAIL_FROM', 'TRUST_PROXY']);
  });

  it('has none of its values repeated in the message', () => {
    const canary = 'cAnArY';
    const more = [
      'PORT',
      'DATABASE_MIGRATE',
      'LOG_LEVEL',
      'NODE_ENV',
      'CORS_ORIGINS',
      'RATE_LIMIT_START_USER',
    ];
    const names = [...Object.keys(COMPLETE), ...more, 'AUTH_JWT_SECRET', 'ACME_API_URL', 'TRUST_PROXY'];
    const { message } = refusalOf({
      ...Object.fromEntries(names.map((name) => [name, canary])),
      OTHER_KEY_FILE: `/nowhere/${canary}`,
    });
    expect(message).not.toContain(canary);
  });

  it.each<[string, Changes]>([
    ['a port that is none', { PORT: '65536' }],
    ['a port in another notation', { PORT: '3e3' }],
    ['a number of proxies that is not whole', { TRUST_PROXY: '1.5' }],
    ['true for a number of proxies', { TRUST_PROXY: 'true' }],
    ['a negative number of proxies', { TRUST_PROXY: '-1' }],
    ['yes for a boolean', { DATABASE_MIGRATE: 'yes' }],
    ['1 for a boolean', { USERS_FROM_TOKEN: '1' }],
    ['TRUE for a boolean', { API_DOCS: 'TRUE' }],
    ['a rate without a period', { RATE_LIMIT_START_USER: '10' }],
    ['a rate of nothing', { RATE_LIMIT_START_USER: '0/600' }],
    ['a rate in no time', { RATE_LIMIT_START_ADDRESS: '10/0' }],
    ['a rate in words', { RATE_LIMIT_START_ADDRESS: '10/10m' }],
    ['no attempt', { KYC_MAX_ATTEMPTS: '0' }],
    ['another database', { DATABASE_URL: 'mysql://localhost/kyc' }],
    ['another way to send mail', { SMTP_URL: 'https://mail.example.com' }],
    ['two senders', { MAIL_FROM: 'a@example.com, b@example.com' }],
    ['a sender that breaks the line', { MAIL_FROM: 'Example\r\nBcc: x@example.com <kyc@example.com>' }],
    ['every origin', { CORS_ORIGINS: '*' }],
    ['an unknown log level', { LOG_LEVEL: 'loud' }],
    ['a short JWT secret', { AUTH_JWKS_URL: undefined, AUTH_JWT_SECRET: 'x'.repeat(31) }],
    ['an empty list of places to return to', { KYC_REDIRECT_URLS: ' , ' }],
    ['a list of secrets with a short one', { ACME_SECRETS: 'long-enough,short' }],
    ['an empty list of secrets', { ACME_SECRETS: ',' }],
  ])('names the variable of %s', (_, changes) => {
    const [wrong] = Object.keys(changes).filter((name) => changes[name] !== undefined);
    expect(problemsOf(changes)).toEqual([expect.stringContaining(wrong ?? '')]);
  });

  it.each([
    'http://app.example.com/kyc',
    'http://localhost.example.com/kyc',
    'http://127.0.0.1.example.com/kyc',
    'http://10.0.0.1/kyc',
    'https://user:password@app.example.com/kyc',
    'javascript:alert(1)',
    'app.example.com',
  ])('names a variable that must be an https URL and is %s', (url) => {
    expect(problemsOf({ KYC_REDIRECT_URLS: `https://app.example.com/kyc,${url}` })).toEqual([
      expect.stringContaining('KYC_REDIRECT_URLS must be an https:// URL'),
    ]);
  });

  it.each<[string, Changes]>([
    ['neither a key set nor a secret', { AUTH_JWKS_URL: undefined }],
    ['both a key set and a secret', { AUTH_JWT_SECRET: 'x'.repeat(32) }],
  ])('has %s to check tokens with', (_, changes) => {
    expect(problemsOf(changes)).toEqual(['AUTH_JWKS_URL or AUTH_JWT_SECRET must be set, and not both']);
  });
});

describe('The provider', () => {
  it('takes fallback providers that are configured, once each, in their order', () => {
    expect(read().kyc.fallbackProviders).toEqual([]);
    const fallbacks = { KYC_FALLBACK_PROVIDERS: 'other, other', OTHER_KEY: 'key' };
    expect(read(fallbacks).kyc.fallbackProviders).toEqual(['other']);
  });

  it('refuses a fallback provider that is unknown, not configured, or the first choice itself', () => {
    expect(problemsOf({ KYC_FALLBACK_PROVIDERS: 'nobody' })).toEqual([
      'KYC_FALLBACK_PROVIDERS must be one of acme, other',
    ]);
    expect(problemsOf({ KYC_FALLBACK_PROVIDERS: 'other' })).toEqual([
      'OTHER_KEY must be set, since KYC_FALLBACK_PROVIDERS is other',
    ]);
    expect(problemsOf({ KYC_FALLBACK_PROVIDERS: 'acme' })).toEqual([
      'KYC_FALLBACK_PROVIDERS must name others than KYC_PROVIDER',
    ]);
  });

  it('must be one that there is', () => {
    expect(problemsOf({ KYC_PROVIDER: 'nobody' })).toEqual(['KYC_PROVIDER must be one of acme, other']);
  });

  it('must have its variables when it is chosen', () => {
    expect(problemsOf({ KYC_PROVIDER: 'other' })).toEqual([
      'OTHER_KEY must be set, since KYC_PROVIDER is other',
    ]);
  });

  it.each(['acme', 'other'])(
    'must have all of its variables or none: %s chosen, acme incomplete',
    (chosen) => {
      expect(problemsOf({ KYC_PROVIDER: chosen, OTHER_KEY: 'key', ACME_KEY: undefined })).toEqual([
        'ACME_KEY must be set too: acme is configured by all of its variables or none',
      ]);
    },
  );

  it('that is configured and not chosen is there for its open sessions', () => {
    expect([...read({ OTHER_KEY: 'key' }).providers.keys()]).toEqual(['acme', 'other']);
  });

  it('that has no variables is not there', () => {
    expect([...read().providers.keys()]).toEqual(['acme']);
  });

  it('gets its variables read, and its defaults', () => {
    expect(read({ ACME_SECRETS: ' newest-one , older-one,' }).providers.get('acme')).toEqual({
      ACME_KEY: 'acme-key-1',
      ACME_SECRETS: ['newest-one', 'older-one'],
      ACME_API_URL: 'https://api.acme.example',
    });
  });
});

describe('A variable given as a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kyc-config-'));
  const secretFile = (content: string) => {
    const path = join(folder, 'secret');
    writeFileSync(path, content);
    return path;
  };
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is read from there, without the line break at the end', () => {
    const { database } = read({
      DATABASE_URL: undefined,
      DATABASE_URL_FILE: secretFile('postgres://mounted/kyc\n'),
    });
    expect(database.url).toBe('postgres://mounted/kyc');
  });

  it('makes its provider complete', () => {
    const changes = { ACME_KEY: undefined, ACME_KEY_FILE: secretFile('mounted-key') };
    expect(read(changes).providers.get('acme')).toMatchObject({ ACME_KEY: 'mounted-key' });
  });

  it('must not be given directly too', () => {
    expect(problemsOf({ MAIL_FROM_FILE: secretFile('kyc@example.com') })).toContain(
      'MAIL_FROM and MAIL_FROM_FILE are both set: keep one',
    );
  });

  it('must be readable', () => {
    expect(problemsOf({ CORS_ORIGINS_FILE: join(folder, 'missing') })).toEqual([
      'CORS_ORIGINS_FILE names a file that cannot be read',
    ]);
  });

  it('must not be empty', () => {
    expect(problemsOf({ CORS_ORIGINS_FILE: secretFile('\n') })).toEqual([
      'CORS_ORIGINS_FILE names an empty file',
    ]);
  });

  it('is ours: files that other variables name are not touched', () => {
    expect(() => read({ SSL_CERT_FILE: '/nowhere', PORTFOLIO_FILE: '/nowhere' })).not.toThrow();
  });
});

describe('The configuration', () => {
  it('takes an empty variable as one that is not set', () => {
    expect(read({ PORT: ' ', HOST: '', AUTH_JWT_SECRET: '' }).http).toMatchObject({
      port: 3000,
      host: '0.0.0.0',
    });
  });

  it('allows five attempts, ten starts in ten minutes and a hundred from one address unless told otherwise', () => {
    const { kyc, rateLimits } = read();
    expect({ attempts: kyc.maxAttempts, ...rateLimits }).toEqual({
      attempts: 5,
      startPerUser: { requests: 10, seconds: 600 },
      startPerAddress: { requests: 100, seconds: 600 },
    });
  });
});
