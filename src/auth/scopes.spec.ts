import { scopesOf } from './scopes.ts';

describe('The scopes of a token', () => {
  it.each<[string, Record<string, unknown>]>([
    ['one string', { scope: 'openid kyc:admin' }],
    ['one string with spaces to spare', { scope: ' openid  kyc:admin ' }],
    ['a list', { scope: ['openid', 'kyc:admin'] }],
    ['a list by the other name', { scp: ['openid', 'kyc:admin'] }],
    ['a string by the other name', { scp: 'openid kyc:admin' }],
    ['both', { scope: 'openid', scp: ['kyc:admin', 'openid'] }],
  ])('are read from %s', (_, claims) => {
    expect(scopesOf(claims)).toEqual(['openid', 'kyc:admin']);
  });

  it.each<[string, Record<string, unknown>]>([
    ['nothing', {}],
    ['an empty string', { scope: '' }],
    ['a number', { scope: 7 }],
    ['an object', { scope: { 'kyc:admin': true } }],
    ['a list of what are no words', { scope: [null, 7, { scope: 'kyc:admin' }, ['kyc:admin']] }],
    ['a claim of another name', { roles: ['kyc:admin'], permissions: 'kyc:admin' }],
  ])('are none where there is %s', (_, claims) => {
    expect(scopesOf(claims)).toEqual([]);
  });

  it.each(['kyc:admins', 'KYC:ADMIN', 'kyc:admin,openid', 'xkyc:admin', 'kyc:admin\n'])(
    'are whole words: %j is another one',
    (scope) => {
      expect(scopesOf({ scope })).not.toContain('kyc:admin');
    },
  );
});
