import { lastLineOf } from './failed-start.ts';

const failure = (message: string, code: string) => Object.assign(new Error(message), { code });

describe('The last line of a failed start', () => {
  it('names the variable to check if the database cannot be reached, also at several addresses', () => {
    const refused = failure('connect ECONNREFUSED ::1:5432', 'ECONNREFUSED');
    const expected =
      'The gateway could not start: connect ECONNREFUSED ::1:5432. Check that PostgreSQL is running, and that DATABASE_URL has its host and port.';
    expect(lastLineOf(refused)).toBe(expected);
    expect(lastLineOf(new AggregateError([refused]))).toBe(expected);
    expect(lastLineOf(new Error('Connection terminated due to connection timeout'))).toContain(
      'DATABASE_URL',
    );
  });

  it.each([
    ['28P01', 'Check the user and the password in DATABASE_URL.'],
    ['3D000', 'Create the database, or correct its name in DATABASE_URL.'],
    ['42501', 'Give the role the missing privilege.'],
    ['EADDRINUSE', 'Set PORT and HOST'],
  ])('says what to do about %s', (code, advice) => {
    expect(lastLineOf(failure('it failed', code))).toContain(`it failed. ${advice}`);
  });

  it('points to the requirements for another code', () => {
    expect(lastLineOf(failure('it failed', 'XX000'))).toContain(
      'it failed. "Requirements" in docs/operations.md',
    );
  });

  it("adds nothing to the gateway's own sentences", () => {
    expect(lastLineOf(new Error('the database is not up to date. Run npm run migrate'))).toBe(
      'The gateway could not start: the database is not up to date. Run npm run migrate.',
    );
  });
});
