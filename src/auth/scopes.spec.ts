import { scopesOf } from './scopes.ts';

describe('The scopes of a token', () => {
  it.each<[string, Record<string, unknown>]>([
    ['one string in scope', { scope: 'openid kyc:admin' }],
    ['one string with extra spaces', { scope: ' openid  kyc:admin ' }],
    ['a list in scope', { scope: ['openid', 'kyc:admin'] }],
    ['a list in scp', { scp: ['openid', 'kyc:admin'] }],
    ['one string in scp', { scp: 'openid kyc:admin' }],
    ['both claims', { scope: 'openid', scp: ['kyc:admin', 'openid'] }],
  ])('the scopes of a token are read from %s', (_, claims) => {
    expect(scopesOf(claims)).toEqual(['openid', 'kyc:admin']);
  });

  it.each<[string, Record<string, unknown>]>([
    ['no claim', {}],
    ['an empty string', { scope: '' }],
    ['a number', { scope: 7 }],
    ['an object', { scope: { 'kyc:admin': true } }],
    ['a list without strings', { scope: [null, 7, { scope: 'kyc:admin' }, ['kyc:admin']] }],
    ['claims with other names', { roles: ['kyc:admin'], permissions: 'kyc:admin' }],
  ])('the scopes of a token are empty if it contains %s', (_, claims) => {
    expect(scopesOf(claims)).toEqual([]);
  });

  it.each(['kyc:admins', 'KYC:ADMIN', 'kyc:admin,openid', 'xkyc:admin', 'kyc:admin\n'])(
    'the scope kyc:admin is not granted by %j',
    (scope) => {
      expect(scopesOf({ scope })).not.toContain('kyc:admin');
    },
  );
});

describe('The operator scope by a rule', () => {
  it.each<[string, string, Record<string, unknown>]>([
    ['permissions', 'kyc:admin', { permissions: ['read', 'kyc:admin'] }],
    ['realm_access.roles', 'KYC admin', { realm_access: { roles: ['KYC admin'] } }],
    ['cognito:groups', 'kyc', { 'cognito:groups': ['kyc'] }],
    ['https://example.com/role', 'kyc', { 'https://example.com/role': 'kyc' }],
    ['kyc_admin', 'true', { kyc_admin: true }],
    ['scope', 'kyc:operate', { scope: 'openid kyc:operate' }],
    ['scp', 'kyc:operate', { scp: ['kyc:operate'] }],
  ])('the operator scope is granted by %s=%s', (claim, value, claims) => {
    expect(scopesOf(claims, { claim, value })).toContain('kyc:admin');
  });

  it.each<[string, string, Record<string, unknown>]>([
    ['permissions', 'kyc:admin', { scope: 'kyc:admin', scp: ['kyc:admin'] }],
    ['permissions', 'kyc:admin', { permissions: ['kyc:admins', 'KYC:ADMIN'] }],
    ['permissions', 'kyc:admin', { permissions: 'read kyc:admin' }],
    ['permissions', 'kyc:admin', { permissions: { 'kyc:admin': true } }],
    ['permissions', 'kyc:admin', { permissions: [['kyc:admin']] }],
    ['kyc_admin', 'true', { kyc_admin: false }],
    ['kyc_admin', 'true', { kyc_admin: 1 }],
    ['scope', 'kyc:operate', { scope: 'kyc:operates' }],
    ['role', 'undefined', {}],
  ])('the operator scope is not granted by %s=%s to a token with %j', (claim, value, claims) => {
    expect(scopesOf(claims, { claim, value })).not.toContain('kyc:admin');
  });
});
