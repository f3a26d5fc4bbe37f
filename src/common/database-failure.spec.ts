import { isDatabaseAway, isDatabaseFailurePassing } from './database-failure.ts';

const failure = (code: string | undefined, message = 'no') => Object.assign(new Error(message), { code });

describe('a failure of the database', () => {
  it.each([
    ['no connection', failure('08006')],
    ['too many connections', failure('53300')],
    ['a server that shuts down', failure('57P01')],
    ['a standby, just after a fail-over', failure('25006')],
    ['a refused connection', failure('ECONNREFUSED')],
    ['a host that cannot be reached', failure('EHOSTUNREACH')],
    ['a connection that is closed while it is written to', failure('EPIPE')],
    ['a pool with nothing to give', failure(undefined, 'timeout exceeded when trying to connect')],
  ])('passes, and meets every statement alike: %s', (_, error) => {
    expect([isDatabaseFailurePassing(error), isDatabaseAway(error)]).toEqual([true, true]);
  });

  it.each([
    ['a deadlock', failure('40P01')],
    ['a lock that was not to be had', failure('55P03')],
  ])('passes, and meets one statement only: %s', (_, error) => {
    expect([isDatabaseFailurePassing(error), isDatabaseAway(error)]).toEqual([true, false]);
  });

  it.each([
    ['a constraint', failure('23505')],
    ['a missing table', failure('42P01')],
    ['a mistake of ours', failure(undefined, 'x is not a function')],
    ['no error at all', 'ECONNREFUSED'],
  ])('does not pass: %s', (_, error) => {
    expect([isDatabaseFailurePassing(error), isDatabaseAway(error)]).toEqual([false, false]);
  });
});
