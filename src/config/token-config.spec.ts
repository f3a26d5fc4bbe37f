import { MinLength } from 'class-validator';
import { ConfigurationError, readConfig } from './read-config.ts';

class AcmeEnvironment {
  @MinLength(1)
  ACME_KEY!: string;
}
const GROUPS = [{ name: 'acme', environment: AcmeEnvironment, required: ['ACME_KEY'] }];

const COMPLETE = {
  DATABASE_URL: 'postgres://kyc:secret@127.0.0.1/kyc',
  AUTH_JWKS_URL: 'https://login.example.com/jwks.json',
  AUTH_ISSUER: 'https://login.example.com',
  AUTH_AUDIENCE: 'kyc-gateway',
  SMTP_URL: 'smtp://mail.example.com:587',
  MAIL_FROM: 'kyc@example.com',
  KYC_PROVIDER: 'acme',
  ACME_KEY: 'key',
  KYC_REDIRECT_URLS: 'https://app.example.com/kyc',
};
const LONG = 'x'.repeat(32);

type Changes = Record<string, string | undefined>;

const read = (changes: Changes = {}) => readConfig(GROUPS, { ...COMPLETE, ...changes });

function problemsOf(changes: Changes): readonly string[] {
  try {
    read(changes);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

describe('The configuration of tokens', () => {
  it('the configuration of tokens has the standard claims as its defaults', () => {
    expect(read().auth).toEqual({
      issuer: 'https://login.example.com',
      audiences: ['kyc-gateway'],
      clientIds: [],
      tokenType: undefined,
      jwksUrl: 'https://login.example.com/jwks.json',
      secrets: [],
      userClaim: 'sub',
      emailClaim: 'email',
      admin: undefined,
    });
  });

  it.each<[Changes, string]>([
    [{ AUTH_AUDIENCE: undefined }, 'AUTH_AUDIENCE or AUTH_CLIENT_IDS must be set'],
    [{ AUTH_JWKS_URL: undefined }, 'AUTH_JWKS_URL or AUTH_JWT_SECRET must be set'],
    [
      { AUTH_JWKS_URL: 'http://keycloak:8080/certs' },
      'AUTH_JWKS_URL must be an https:// URL (http:// only on loopback, or with AUTH_JWKS_ALLOW_HTTP=true)',
    ],
    [
      { AUTH_JWKS_URL: 'ftp://keycloak/certs', AUTH_JWKS_ALLOW_HTTP: 'true' },
      'AUTH_JWKS_URL must be an https:// URL (http:// only on loopback, or with AUTH_JWKS_ALLOW_HTTP=true)',
    ],
    [
      { USERS_FROM_TOKEN: 'true', USERS_TOKEN_COLUMN: 'auth_id' },
      'USERS_FROM_TOKEN=true and USERS_TOKEN_COLUMN cannot be used together, because the token of a new user does not contain the id of the row',
    ],
    [{ AUTH_ADMIN: 'kyc:admin' }, 'AUTH_ADMIN must be claim=value, such as permissions=kyc:admin'],
    [{ AUTH_ADMIN: 'roles=' }, 'AUTH_ADMIN must be claim=value, such as permissions=kyc:admin'],
    [{ AUTH_ADMIN: '=kyc:admin' }, 'AUTH_ADMIN must be claim=value, such as permissions=kyc:admin'],
    [
      { AUTH_USER_CLAIM: 'app..id' },
      'AUTH_USER_CLAIM must be the name of a claim, or names separated by dots',
    ],
    [
      { AUTH_EMAIL_CLAIM: 'e mail' },
      'AUTH_EMAIL_CLAIM must be the name of a claim, or names separated by dots',
    ],
  ])('the configuration of tokens is rejected with one sentence for %j', (changes, problem) => {
    expect(problemsOf(changes)).toEqual([problem]);
  });

  it.each<[string, Changes]>([
    ['an empty list of audiences', { AUTH_AUDIENCE: ',' }],
    ['an empty list of clients', { AUTH_CLIENT_IDS: ',' }],
    ['a short secret', { AUTH_JWT_SECRET: 'x'.repeat(31) }],
    ['a short secret in a list', { AUTH_JWT_SECRET: `${LONG},short` }],
  ])('the configuration of tokens is rejected with the name of the variable that has %s', (_, changes) => {
    expect(problemsOf(changes)).toEqual([expect.stringContaining(Object.keys(changes)[0] ?? '')]);
  });

  it('the configuration of tokens accepts several audiences and clients, and clients alone', () => {
    const both = read({ AUTH_AUDIENCE: 'kyc, account', AUTH_CLIENT_IDS: 'web,ios' }).auth;
    expect(both).toMatchObject({ audiences: ['kyc', 'account'], clientIds: ['web', 'ios'] });
    const clientsOnly = read({ AUTH_AUDIENCE: undefined, AUTH_CLIENT_IDS: 'web' }).auth;
    expect(clientsOnly).toMatchObject({ audiences: [], clientIds: ['web'] });
  });

  it('the configuration of tokens accepts a key set and several secrets together', () => {
    expect(read({ AUTH_JWT_SECRET: `new-${LONG}, old-${LONG}` }).auth).toMatchObject({
      jwksUrl: 'https://login.example.com/jwks.json',
      secrets: [`new-${LONG}`, `old-${LONG}`],
    });
  });

  it('the configuration of tokens accepts a key set on plain http only with the option', () => {
    const inCluster = { AUTH_JWKS_URL: 'http://keycloak:8080/certs', AUTH_JWKS_ALLOW_HTTP: 'true' };
    expect(read(inCluster).auth.jwksUrl).toBe('http://keycloak:8080/certs');
  });

  it.each([
    ['permissions=kyc:admin', 'permissions', 'kyc:admin'],
    ['realm_access.roles=KYC admin', 'realm_access.roles', 'KYC admin'],
    ['https://example.com/roles=a=b', 'https://example.com/roles', 'a=b'],
    ['cognito:groups=kyc', 'cognito:groups', 'kyc'],
  ])('the configuration of tokens splits AUTH_ADMIN %s at the first equals sign', (text, claim, value) => {
    expect(read({ AUTH_ADMIN: text }).auth.admin).toEqual({ claim, value });
  });
});
