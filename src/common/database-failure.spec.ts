import { isDatabaseUnreachable, isTemporaryDatabaseFailure } from './database-failure.ts';

const failure = (code: string | undefined, message = 'no') => Object.assign(new Error(message), { code });

describe('A database failure', () => {
  it.each([
    ['no connection', failure('08006')],
    ['too many connections', failure('53300')],
    ['a server that shuts down', failure('57P01')],
    ['a standby, just after a fail-over', failure('25006')],
    ['a refused connection', failure('ECONNREFUSED')],
    ['a host that cannot be reached', failure('EHOSTUNREACH')],
    ['a connection that is closed while it is written to', failure('EPIPE')],
    ['an exhausted pool', failure(undefined, 'timeout exceeded when trying to connect')],
  ])('a database failure is temporary and affects every statement: %s', (_, error) => {
    expect([isTemporaryDatabaseFailure(error), isDatabaseUnreachable(error)]).toEqual([true, true]);
  });

  it.each([
    ['a deadlock', failure('40P01')],
    ['a lock that was not available', failure('55P03')],
    ['a prepared statement that exists already', failure('42P05')],
    ['a prepared statement that does not exist', failure('26000')],
  ])('a database failure is temporary and affects one statement: %s', (_, error) => {
    expect([isTemporaryDatabaseFailure(error), isDatabaseUnreachable(error)]).toEqual([true, false]);
  });

  it.each([
    ['a constraint', failure('23505')],
    ['a missing table', failure('42P01')],
    ['a programming error', failure(undefined, 'x is not a function')],
    ['no error at all', 'ECONNREFUSED'],
  ])('an error is not a temporary database failure: %s', (_, error) => {
    expect([isTemporaryDatabaseFailure(error), isDatabaseUnreachable(error)]).toEqual([false, false]);
  });
});
