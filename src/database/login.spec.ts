import { leadsToSameDatabase } from './login.ts';

describe('leadsToSameDatabase()', () => {
  const URL_BEFORE = 'postgres://kyc:first@db.example.com:5432/kyc?sslmode=verify-full';

  it.each([
    ['the password', 'postgres://kyc:second@db.example.com:5432/kyc?sslmode=verify-full'],
    ['the user and the password', 'postgres://kyc2:second@db.example.com:5432/kyc?sslmode=verify-full'],
    [
      'the place of user and password',
      'postgres://db.example.com:5432/kyc?sslmode=verify-full&user=kyc2&password=second',
    ],
  ])('accepts a URL that changes %s', (_, after) => {
    expect(leadsToSameDatabase(URL_BEFORE, after)).toBe(true);
  });

  it.each([
    ['host', 'postgres://kyc:first@other.example.com:5432/kyc?sslmode=verify-full'],
    ['port', 'postgres://kyc:first@db.example.com:5433/kyc?sslmode=verify-full'],
    ['database', 'postgres://kyc:first@db.example.com:5432/other?sslmode=verify-full'],
    ['encryption', 'postgres://kyc:first@db.example.com:5432/kyc?sslmode=disable'],
    ['certificate', 'postgres://kyc:first@db.example.com:5432/kyc?sslmode=verify-full&sslrootcert=/ca.pem'],
  ])('rejects a URL with another %s', (_, after) => {
    expect(leadsToSameDatabase(URL_BEFORE, after)).toBe(false);
  });

  it('rejects another user if the URL names no database, because the user names it', () => {
    expect(leadsToSameDatabase('postgres://kyc:a@db.example.com', 'postgres://kyc:b@db.example.com')).toBe(
      true,
    );
    expect(leadsToSameDatabase('postgres://kyc:a@db.example.com', 'postgres://kyc2:a@db.example.com')).toBe(
      false,
    );
  });
});
