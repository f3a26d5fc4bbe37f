import { claimAt, emailOf, userIdOf } from './claims.ts';

describe('A claim', () => {
  it.each<[string, Record<string, unknown>]>([
    ['roles', { roles: 'found' }],
    ['realm_access.roles', { realm_access: { roles: 'found' } }],
    ['cognito:groups', { 'cognito:groups': 'found' }],
    ['https://example.com/roles', { 'https://example.com/roles': 'found' }],
    ['https://example.com/app.roles', { 'https://example.com/app': { roles: 'found' } }],
    ['resource_access.kyc.gateway.roles', { resource_access: { 'kyc.gateway': { roles: 'found' } } }],
    ['a.b', { 'a.b': 'found', a: { b: 'other' } }],
  ])('a claim is found at the path %s', (path, claims) => {
    expect(claimAt(claims, path)).toBe('found');
  });

  it.each<[string, Record<string, unknown>]>([
    ['roles', {}],
    ['a.b', { a: 'b' }],
    ['a.b', { a: [{ b: 'listed' }] }],
    ['a.b', { a: null }],
    ['a.0', { a: ['listed'] }],
    ['constructor', {}],
    ['__proto__.polluted', {}],
    ['toString.name', {}],
  ])('a claim is undefined if the path %s leads nowhere', (path, claims) => {
    expect(claimAt(claims, path)).toBeUndefined();
  });
});

describe('The user id of a token', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['sub', { sub: 'user-1' }, 'user-1'],
    ['oid', { sub: 'pairwise', oid: 'object-1' }, 'object-1'],
    ['app_metadata.user_id', { app_metadata: { user_id: 42 } }, '42'],
  ])('the user id of a token is read from %s', (path, claims, id) => {
    expect(userIdOf(claims, path)).toBe(id);
  });

  it.each<[string, unknown]>([
    ['sub', 42],
    ['sub', undefined],
    ['oid', ''],
    ['oid', 1.5],
    ['oid', 2 ** 60],
    ['oid', true],
    ['oid', ['object-1']],
    ['oid', 'x'.repeat(256)],
  ])('the user id of a token is null if %s is %j', (claim, value) => {
    expect(userIdOf({ [claim]: value }, claim)).toBeNull();
  });
});

describe('The e-mail address of a token', () => {
  const EMAIL = 'jane@example.com';

  it.each<[string, Record<string, unknown>]>([
    ['email', { email: EMAIL }],
    ['https://example.com/email', { 'https://example.com/email': EMAIL, email: 'other@example.com' }],
    ['metadata.email', { metadata: { email: EMAIL, email_verified: true } }],
  ])('the e-mail address of a token is read from %s', (path, claims) => {
    expect(emailOf(claims, path)).toBe(EMAIL);
  });

  it.each<[string, Record<string, unknown>]>([
    ['metadata.email', { metadata: { email: EMAIL, email_verified: false } }],
    ['metadata.email', { metadata: { email: EMAIL }, email_verified: 'false' }],
    ['upn', { upn: EMAIL, upn_verified: false }],
    ['upn', { email: EMAIL }],
  ])('the e-mail address of a token is not used at %s if the token is %j', (path, claims) => {
    expect(emailOf(claims, path)).toBeNull();
  });
});
