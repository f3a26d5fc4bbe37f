import { jest } from '@jest/globals';
import pg from 'pg';
import { StallTimeoutClient } from './stall-timeout.client.ts';

const newClient = () => new StallTimeoutClient({ host: '127.0.0.1', port: 1 });

describe('A database connection', () => {
  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('does not end the process when it breaks while no code listens for errors', () => {
    const client = newClient();
    expect(() => client.emit('error', new Error('terminating connection'))).not.toThrow();
  });

  it('is closed after six seconds without a result, however many statements wait', async () => {
    jest.useFakeTimers();
    const results = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
    const sent = results.values();
    jest.spyOn(pg.Client.prototype, 'query').mockImplementation(() => sent.next().value?.promise as never);
    const client = newClient();
    const closed = jest.spyOn(
      (client as unknown as { connection: pg.Connection }).connection.stream,
      'destroy',
    );
    for (const _ of results) void client.query('SELECT 1');

    await jest.advanceTimersByTimeAsync(5_000);
    results[0]?.resolve();
    await jest.advanceTimersByTimeAsync(5_000);
    results[1]?.resolve();
    await jest.advanceTimersByTimeAsync(5_999);
    expect(closed).not.toHaveBeenCalled();
    await jest.advanceTimersByTimeAsync(1);
    expect(closed).toHaveBeenCalledTimes(1);
  });

  it('has no timer while no statement is pending', async () => {
    jest.useFakeTimers();
    jest.spyOn(pg.Client.prototype, 'query').mockImplementation(() => Promise.resolve() as never);
    await (newClient().query('SELECT 1') as Promise<unknown>);
    expect(jest.getTimerCount()).toBe(0);
  });
});
