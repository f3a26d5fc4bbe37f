import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { getMetadataStorage } from 'class-validator';
import { GatewayEnvironment } from '../../src/config/gateway.environment.ts';
import { ConfigurationError, readConfig, readDatabaseConfig } from '../../src/config/read-config.ts';
import { PROVIDER_DEFINITIONS } from '../../src/kyc/providers/registry.ts';

const EXAMPLE = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
/** A line that sets a variable, or would without the # in front. */
const ASSIGNMENT = /^(?:# ?)?([A-Z][A-Z0-9_]*)=(.*)$/gm;

const assignments = [...EXAMPLE.matchAll(ASSIGNMENT)].map(
  ([, name = '', value = '']) => [name, value] as const,
);
const settings = parseEnv(EXAMPLE);
const read = (changes: Record<string, string | undefined> = {}) =>
  readConfig(PROVIDER_DEFINITIONS, { ...settings, ...changes });

describe('.env.example', () => {
  const variables = [GatewayEnvironment, ...PROVIDER_DEFINITIONS.map((definition) => definition.environment)]
    .flatMap((shape) => getMetadataStorage().getTargetValidationMetadatas(shape, '', false, false))
    .map((rule) => rule.propertyName);

  it('is an environment that the gateway starts with', () => {
    expect(() => read()).not.toThrow();
  });

  it.each([...new Set(variables)])('names %s', (variable) => {
    expect(assignments.map(([name]) => name)).toContain(variable);
  });

  it('names each variable once', () => {
    const names = assignments.map(([name]) => name);
    expect(names).toEqual([...new Set(names)]);
  });

  it('names no variable that there is not', () => {
    expect(assignments.map(([name]) => name).filter((name) => !variables.includes(name))).toEqual([]);
  });

  it('gives values for what is optional that could be taken as they are', () => {
    const { AUTH_JWT_SECRET: _, ...everything } = Object.fromEntries(assignments);
    expect([...readConfig(PROVIDER_DEFINITIONS, everything).providers.keys()]).toEqual(
      PROVIDER_DEFINITIONS.map((definition) => definition.name),
    );
  });
});

describe('The configuration', () => {
  it('cannot be changed by whoever reads it', () => {
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
  ])('accepts plain http towards the machine itself: %s', (url) => {
    expect(read({ KYC_REDIRECT_URLS: url }).kyc.redirectUrls).toEqual([url]);
  });

  it('takes an origin from a URL with a path, as browsers send it', () => {
    const { corsOrigins } = read({ CORS_ORIGINS: 'https://App.example.com/, http://localhost:4200' }).http;
    expect(corsOrigins).toEqual(['https://app.example.com', 'http://localhost:4200']);
  });

  it('reads a rate as requests and seconds', () => {
    const { startPerUser } = read({ RATE_LIMIT_START_USER: '3/60' }).rateLimits;
    expect(startPerUser).toEqual({ requests: 3, seconds: 60 });
  });

  it('trusts no proxy unless told how many there are', () => {
    expect([read(), read({ TRUST_PROXY: '2' })].map(({ http }) => http.trustedProxyHops)).toEqual([0, 2]);
  });

  it.each([
    [false, 'production', undefined],
    [true, 'production', 'true'],
    [true, 'development', undefined],
    [false, 'development', 'false'],
  ] as const)('shows the API document: %s, in %s with API_DOCS=%s', (hasApiDocs, NODE_ENV, API_DOCS) => {
    expect(read({ NODE_ENV, API_DOCS }).http.hasApiDocs).toBe(hasApiDocs);
  });

  it.each([
    'postgres://kyc:secret@kyc_database:5432/kyc',
    'postgresql://kyc@db/kyc?sslmode=require',
    'postgres://kyc:p%40ss%23word@[::1]/kyc',
  ])('reaches a database at %s', (url) => {
    expect(read({ DATABASE_URL: url }).database.url).toBe(url);
  });

  it.each(['smtp://mail_server:1025', 'smtps://user%40example.com:secret@smtp.example.com:465'])(
    'sends mail through %s',
    (url) => {
      expect(read({ SMTP_URL: url }).mail.smtpUrl).toBe(url);
    },
  );
});

describe('The migrations’ command', () => {
  it('needs nothing but the database', () => {
    const { DATABASE_URL } = settings;
    expect(readDatabaseConfig({ DATABASE_URL })).toEqual({ url: DATABASE_URL, poolSize: 10 });
  });

  it('says so when that is missing', () => {
    expect(() => readDatabaseConfig({})).toThrow(new ConfigurationError(['DATABASE_URL must be set']));
  });
});
