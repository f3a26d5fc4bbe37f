import { jest } from '@jest/globals';
import pg from 'pg';
import { ImpatientClient } from './impatient-client.ts';

const newClient = () => new ImpatientClient({ host: '127.0.0.1', port: 1 });

describe('A connection', () => {
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('that breaks while nobody listens does not end the process', () => {
    const client = newClient();
    expect(() => client.emit('error', new Error('terminating connection'))).not.toThrow();
  });

  it('is closed when no statement has been answered for six seconds, however many wait behind the first', async () => {
    jest.useFakeTimers();
    const answers = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
    const sent = answers.values();
    jest.spyOn(pg.Client.prototype, 'query').mockImplementation(() => sent.next().value?.promise as never);
    const client = newClient();
    const closed = jest.spyOn(
      (client as unknown as { connection: pg.Connection }).connection.stream,
      'destroy',
    );
    for (const _ of answers) void client.query('SELECT 1');

    await jest.advanceTimersByTimeAsync(5_000);
    answers[0]?.resolve();
    await jest.advanceTimersByTimeAsync(5_000);
    answers[1]?.resolve();
    await jest.advanceTimersByTimeAsync(5_999);
    expect(closed).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    expect(closed).toHaveBeenCalledTimes(1);
  });

  it('on which all is answered waits for nothing', async () => {
    jest.useFakeTimers();
    jest.spyOn(pg.Client.prototype, 'query').mockImplementation(() => Promise.resolve() as never);
    await (newClient().query('SELECT 1') as Promise<unknown>);
    expect(jest.getTimerCount()).toBe(0);
  });
});
