import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { getMetadataStorage } from 'class-validator';
import { GatewayEnvironment } from '../../src/config/gateway.environment.ts';
import { ConfigurationError, readConfig, readDatabaseConfig } from '../../src/config/read-config.ts';
import { TokenEnvironment } from '../../src/config/token.environment.ts';
import { TracingEnvironment } from '../../src/config/tracing.environment.ts';
import { PROVIDER_DEFINITIONS } from '../../src/kyc/providers/registry.ts';

const EXAMPLE = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
/** A line that sets a variable, commented out or not. */
const ASSIGNMENT = /^(?:# ?)?([A-Z][A-Z0-9_]*)=(.*)$/gm;

const assignments = [...EXAMPLE.matchAll(ASSIGNMENT)].map(
  ([, name = '', value = '']) => [name, value] as const,
);
const settings = parseEnv(EXAMPLE);
const read = (changes: Record<string, string | undefined> = {}) =>
  readConfig(PROVIDER_DEFINITIONS, { ...settings, ...changes });

describe('.env.example', () => {
  const variables = [
    GatewayEnvironment,
    TokenEnvironment,
    TracingEnvironment,
    ...PROVIDER_DEFINITIONS.map((definition) => definition.environment),
  ]
    .flatMap((shape) => getMetadataStorage().getTargetValidationMetadatas(shape, '', false, false))
    .map((rule) => rule.propertyName);

  it('is a valid configuration', () => {
    expect(() => read()).not.toThrow();
  });

  it.each([...new Set(variables)])('contains %s', (variable) => {
    expect(assignments.map(([name]) => name)).toContain(variable);
  });

  it('contains each variable once', () => {
    const names = assignments.map(([name]) => name);
    expect(names).toEqual([...new Set(names)]);
  });

  it('contains no unknown variable', () => {
    expect(assignments.map(([name]) => name).filter((name) => !variables.includes(name))).toEqual([]);
  });

  it('is still valid when every commented variable is set to its example', () => {
    const everything = Object.fromEntries(assignments);
    expect([...readConfig(PROVIDER_DEFINITIONS, everything).providers.keys()]).toEqual(
      PROVIDER_DEFINITIONS.map((definition) => definition.name),
    );
  });
});

describe('The configuration', () => {
  it('is frozen with all of its parts', () => {
    const config = read({ CORS_ORIGINS: 'https://app.example.com' });
    const parts = [config, ...Object.values(config), ...config.providers.values()];
    const lists = [config.http.corsOrigins, config.kyc.redirectUrls, config.rateLimits.startPerUser];
    const thawed = [...parts, ...lists].filter((part) => typeof part === 'object' && !Object.isFrozen(part));
    expect(thawed).toEqual([]);
  });

  it.each([
    'http://localhost:4200/kyc',
    'http://127.0.0.1/kyc',
    'http://127.8.8.8/kyc',
    'http://[::1]:80/kyc',
  ])('accepts plain http for loopback addresses: %s', (url) => {
    expect(read({ KYC_REDIRECT_URLS: url }).kyc.redirectUrls).toEqual([url]);
  });

  it('reduces a URL in CORS_ORIGINS to the origin that browsers send', () => {
    const { corsOrigins } = read({ CORS_ORIGINS: 'https://App.example.com/, http://localhost:4200' }).http;
    expect(corsOrigins).toEqual(['https://app.example.com', 'http://localhost:4200']);
  });

  it('reads a rate as requests and seconds', () => {
    const { startPerUser } = read({ RATE_LIMIT_START_USER: '3/60' }).rateLimits;
    expect(startPerUser).toEqual({ requests: 3, seconds: 60 });
  });

  it('trusts no proxy by default', () => {
    expect([read(), read({ TRUST_PROXY: '2' })].map(({ http }) => http.trustedProxyHops)).toEqual([0, 2]);
  });

  it.each([
    [false, 'production', undefined],
    [true, 'production', 'true'],
    [true, 'development', undefined],
    [false, 'development', 'false'],
  ] as const)('serves the API document (%s) in %s with API_DOCS=%s', (hasApiDocs, NODE_ENV, API_DOCS) => {
    expect(read({ NODE_ENV, API_DOCS }).http.hasApiDocs).toBe(hasApiDocs);
  });

  it.each([
    [5, 'production', undefined],
    [0, 'production', '0'],
    [0, 'development', undefined],
  ] as const)('drains for %i s in %s with SHUTDOWN_DRAIN_SECONDS=%s', (seconds, NODE_ENV, given) => {
    expect(read({ NODE_ENV, SHUTDOWN_DRAIN_SECONDS: given }).http.drainSeconds).toBe(seconds);
  });

  it.each([
    'postgres://kyc:secret@kyc_database:5432/kyc',
    'postgresql://kyc@db/kyc?sslmode=require',
    'postgres://kyc:p%40ss%23word@[::1]/kyc',
  ])('accepts the database URL %s', (url) => {
    expect(read({ DATABASE_URL: url }).database.url).toBe(url);
  });

  it.each(['smtp://mail_server:1025', 'smtps://user%40example.com:secret@smtp.example.com:465'])(
    'accepts the mail server %s',
    (url) => {
      expect(read({ SMTP_URL: url }).mail.smtpUrl).toBe(url);
    },
  );
});

describe('The configuration of the migrate command', () => {
  it('needs no variable except DATABASE_URL', () => {
    const { DATABASE_URL } = settings;
    expect(readDatabaseConfig({ DATABASE_URL })).toEqual({
      url: DATABASE_URL,
      poolSize: 10,
      migratesAtStart: true,
      users: { schema: null, name: 'users', idColumn: 'id', emailColumn: 'email', mayCreate: false },
    });
  });

  it.each([
    ['User', null, 'User'],
    ['"User"', null, 'User'],
    ['app.users', 'app', 'users'],
    ['"app"."User"', 'app', 'User'],
    ['app."v1.users"', 'app', 'v1.users'],
    ['"a ""b"""', null, 'a "b"'],
  ])('takes the users table %s as it is written', (USERS_TABLE, schema, name) => {
    const { DATABASE_URL } = settings;
    expect(readDatabaseConfig({ DATABASE_URL, USERS_TABLE }).users).toMatchObject({ schema, name });
  });

  it.each(['a.b.c', '.users', 'app.', '"users', 'us"ers', 'x'.repeat(64)])(
    'rejects the users table %s',
    (USERS_TABLE) => {
      const { DATABASE_URL } = settings;
      expect(() => readDatabaseConfig({ DATABASE_URL, USERS_TABLE })).toThrow(
        'USERS_TABLE must be the name of a table, such as users, app.users or "User"',
      );
    },
  );

  it('names DATABASE_URL if it is missing', () => {
    expect(() => readDatabaseConfig({})).toThrow(new ConfigurationError(['DATABASE_URL must be set']));
  });
});
