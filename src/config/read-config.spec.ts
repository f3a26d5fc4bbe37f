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
  return rejectionOf({ ...COMPLETE, ...changes }).problems;
}

function rejectionOf(environment: Changes): ConfigurationError {
  try {
    readConfig(GROUPS, environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  throw new Error('the environment was accepted');
}

describe('An invalid configuration', () => {
  it('a configuration is rejected with one message that lists every missing variable', () => {
    const { message } = rejectionOf({});
    const named = message.match(/\b[A-Z][A-Z_]+[A-Z]\b/g) ?? [];
    const optional = ['AUTH_JWT_SECRET', 'AUTH_CLIENT_IDS'];
    const required = Object.keys(COMPLETE).filter((name) => !name.startsWith('ACME_'));
    expect([...new Set(named)].toSorted()).toEqual([...required, ...optional].toSorted());
  });

  it('a configuration is rejected with one line for each missing and each wrong variable', () => {
    const { message } = rejectionOf({ ...COMPLETE, MAIL_FROM: undefined, PORT: 'http', TRUST_PROXY: 'yes' });
    expect(
      message
        .split('\n')
        .slice(1)
        .map((line) => /[A-Z_]{2,}/.exec(line)?.[0]),
    ).toEqual(['MAIL_FROM', 'PORT', 'TRUST_PROXY']);
  });

  it.each(['"replace-me"', "'replace-me'"])(
    'a configuration is rejected if a value is in quotes, such as %s',
    (quoted) => {
      expect(problemsOf({ ACME_KEY: quoted })).toContain(
        "ACME_KEY must not be in quotes. Docker's --env-file takes them as part of the value",
      );
    },
  );

  it('a configuration is rejected with a message that shows no value', () => {
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
    const { message } = rejectionOf({
      ...Object.fromEntries(names.map((name) => [name, canary])),
      OTHER_KEY_FILE: `/nowhere/${canary}`,
    });
    expect(message).not.toContain(canary);
  });

  it.each<[string, Changes]>([
    ['a port that is too large', { PORT: '65536' }],
    ['a port in scientific notation', { PORT: '3e3' }],
    ['a fractional number of proxies', { TRUST_PROXY: '1.5' }],
    ['true for a number of proxies', { TRUST_PROXY: 'true' }],
    ['a negative number of proxies', { TRUST_PROXY: '-1' }],
    ['yes for a boolean', { DATABASE_MIGRATE: 'yes' }],
    ['1 for a boolean', { USERS_FROM_TOKEN: '1' }],
    ['TRUE for a boolean', { API_DOCS: 'TRUE' }],
    ['a rate without a period', { RATE_LIMIT_START_USER: '10' }],
    ['a rate of zero requests', { RATE_LIMIT_START_USER: '0/600' }],
    ['a rate in zero seconds', { RATE_LIMIT_START_ADDRESS: '10/0' }],
    ['a rate with a unit', { RATE_LIMIT_START_ADDRESS: '10/10m' }],
    ['zero attempts', { KYC_MAX_ATTEMPTS: '0' }],
    ['a MySQL URL', { DATABASE_URL: 'mysql://localhost/kyc' }],
    ['a mail server with an https URL', { SMTP_URL: 'https://mail.example.com' }],
    ['a sender that is not ASCII', { MAIL_FROM: 'prüfung@example.com' }],
    ['two senders', { MAIL_FROM: 'a@example.com, b@example.com' }],
    ['a sender with a line break', { MAIL_FROM: 'Example\r\nBcc: x@example.com <kyc@example.com>' }],
    ['a wildcard origin', { CORS_ORIGINS: '*' }],
    ['an unknown log level', { LOG_LEVEL: 'loud' }],
    ['an empty list of redirect URLs', { KYC_REDIRECT_URLS: ' , ' }],
    ['a list of secrets with a short one', { ACME_SECRETS: 'long-enough,short' }],
    ['an empty list of secrets', { ACME_SECRETS: ',' }],
  ])('a configuration is rejected with the name of the variable that has %s', (_, changes) => {
    const [wrong] = Object.keys(changes).filter((name) => changes[name] !== undefined);
    expect(problemsOf(changes)).toEqual([expect.stringContaining(wrong ?? '')]);
  });

  it.each([
    'postgres://kyc:secret@one,two/kyc',
    'postgres://kyc:secret@one:5432,two:5432/kyc?target_session_attrs=read-write',
    'postgres://kyc:secret@one/kyc?host=one,two',
  ])('a configuration is rejected if DATABASE_URL names two hosts: %s', (url) => {
    expect(problemsOf({ DATABASE_URL: url })).toEqual([
      expect.stringContaining('DATABASE_URL must name one host. Use a name that leads to the primary'),
    ]);
  });

  it('a comma in the password of DATABASE_URL is no list of hosts', () => {
    const url = 'postgres://kyc:se,cret@one/kyc';
    expect(read({ DATABASE_URL: url }).database.url).toBe(url);
  });

  it.each([
    'http://app.example.com/kyc',
    'http://localhost.example.com/kyc',
    'http://127.0.0.1.example.com/kyc',
    'http://10.0.0.1/kyc',
    'https://user:password@app.example.com/kyc',
    'javascript:alert(1)',
    'app.example.com',
  ])('a configuration is rejected if a redirect URL is %s, because it is not an https URL', (url) => {
    expect(problemsOf({ KYC_REDIRECT_URLS: `https://app.example.com/kyc,${url}` })).toEqual([
      expect.stringContaining('KYC_REDIRECT_URLS must be an https:// URL'),
    ]);
  });
});

describe('The configuration of providers', () => {
  it('the configuration keeps the order of fallback providers and removes duplicates', () => {
    expect(read().kyc.fallbackProviders).toEqual([]);
    const fallbacks = { KYC_FALLBACK_PROVIDERS: 'other, other', OTHER_KEY: 'key' };
    expect(read(fallbacks).kyc.fallbackProviders).toEqual(['other']);
  });

  it('the configuration rejects a fallback provider that is unknown, not configured, or equal to KYC_PROVIDER', () => {
    expect(problemsOf({ KYC_FALLBACK_PROVIDERS: 'unknown' })).toEqual([
      'KYC_FALLBACK_PROVIDERS must be one of acme, other',
    ]);
    expect(problemsOf({ KYC_FALLBACK_PROVIDERS: 'other' })).toEqual([
      'OTHER_KEY must be set, because KYC_FALLBACK_PROVIDERS names other',
    ]);
    expect(problemsOf({ KYC_FALLBACK_PROVIDERS: 'acme' })).toEqual([
      'KYC_FALLBACK_PROVIDERS must not contain the provider of KYC_PROVIDER',
    ]);
  });

  it('the configuration rejects an unknown KYC_PROVIDER', () => {
    expect(problemsOf({ KYC_PROVIDER: 'unknown' })).toEqual(['KYC_PROVIDER must be one of acme, other']);
  });

  it('the configuration rejects a chosen provider whose variables are not set', () => {
    expect(problemsOf({ KYC_PROVIDER: 'other' })).toEqual([
      'OTHER_KEY must be set, because KYC_PROVIDER names other',
    ]);
  });

  it.each(['acme', 'other'])(
    'the configuration rejects a provider that is configured in part: %s chosen, acme incomplete',
    (chosen) => {
      expect(problemsOf({ KYC_PROVIDER: chosen, OTHER_KEY: 'key', ACME_KEY: undefined })).toEqual([
        'ACME_KEY must be set too. Set all required variables of acme, or none of them',
      ]);
    },
  );

  it('the configuration keeps a provider that is configured but not chosen, for its open sessions', () => {
    expect([...read({ OTHER_KEY: 'key' }).providers.keys()]).toEqual(['acme', 'other']);
  });

  it('the configuration leaves out a provider whose variables are not set', () => {
    expect([...read().providers.keys()]).toEqual(['acme']);
  });

  it('the configuration reads the variables of a provider and applies its defaults', () => {
    expect(read({ ACME_SECRETS: ' newest-one , older-one,' }).providers.get('acme')).toEqual({
      ACME_KEY: 'acme-key-1',
      ACME_SECRETS: ['newest-one', 'older-one'],
      ACME_API_URL: 'https://api.acme.example',
    });
  });
});

describe('The proxy of outbound calls', () => {
  it('the proxy is read from HTTPS_PROXY and NO_PROXY, and from the names in lower case if these are not set', () => {
    const lower = { https_proxy: 'http://lower:3128', no_proxy: '.internal, localhost' };
    expect(read(lower).outboundProxy).toEqual({
      url: 'http://lower:3128',
      except: ['.internal', 'localhost'],
    });
    expect(read({ ...lower, HTTPS_PROXY: 'http://kyc:s%40cret@proxy' }).outboundProxy.url).toBe(
      'http://kyc:s%40cret@proxy',
    );
  });

  it.each(['proxy:3128', 'socks5://proxy:1080'])(
    'a proxy is rejected if it is not an http URL: %s',
    (url) => {
      expect(problemsOf({ HTTPS_PROXY: url })).toEqual(['HTTPS_PROXY must be an http:// or https:// URL']);
    },
  );
});

describe('A variable set as NAME_FILE', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kyc-config-'));
  const secretFile = (content: string) => {
    const path = join(folder, 'secret');
    writeFileSync(path, content);
    return path;
  };
  afterAll(() => rmSync(folder, { recursive: true }));

  it('a variable set as NAME_FILE has the content of the file as its value, without the line break at the end', () => {
    const { database } = read({
      DATABASE_URL: undefined,
      DATABASE_URL_FILE: secretFile('postgres://mounted/kyc\n'),
    });
    expect(database.url).toBe('postgres://mounted/kyc');
  });

  it('a variable set as NAME_FILE counts as a required variable of its provider', () => {
    const changes = { ACME_KEY: undefined, ACME_KEY_FILE: secretFile('mounted-key') };
    expect(read(changes).providers.get('acme')).toMatchObject({ ACME_KEY: 'mounted-key' });
  });

  it('a variable set as NAME_FILE is rejected if NAME is set too', () => {
    expect(problemsOf({ MAIL_FROM_FILE: secretFile('kyc@example.com') })).toContain(
      'MAIL_FROM and MAIL_FROM_FILE are both set. Remove one of them',
    );
  });

  it('a variable set as NAME_FILE is rejected if the file cannot be read', () => {
    expect(problemsOf({ CORS_ORIGINS_FILE: join(folder, 'missing') })).toEqual([
      'CORS_ORIGINS_FILE names a file that cannot be read',
    ]);
  });

  it('a variable set as NAME_FILE is rejected if the file is empty', () => {
    expect(problemsOf({ CORS_ORIGINS_FILE: secretFile('\n') })).toEqual([
      'CORS_ORIGINS_FILE names an empty file',
    ]);
  });

  it('a variable set as NAME_FILE is read only for variables of the gateway', () => {
    expect(() => read({ SSL_CERT_FILE: '/nowhere', PORTFOLIO_FILE: '/nowhere' })).not.toThrow();
  });
});

describe('The configuration', () => {
  it('the configuration treats an empty variable as not set', () => {
    expect(read({ PORT: ' ', HOST: '', AUTH_JWT_SECRET: '' }).http).toMatchObject({
      port: 3000,
      host: '0.0.0.0',
    });
  });

  it('the configuration allows by default five attempts, ten starts of a user and a hundred starts of an address in ten minutes', () => {
    const { kyc, rateLimits } = read();
    expect({ attempts: kyc.maxAttempts, ...rateLimits }).toEqual({
      attempts: 5,
      startPerUser: { requests: 10, seconds: 600 },
      startPerAddress: { requests: 100, seconds: 600 },
    });
  });
});
