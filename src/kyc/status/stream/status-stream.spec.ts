import { jest } from '@jest/globals';
import type { VerificationStatus } from '../verification-status.service.ts';
import { StatusStream } from './status-stream.ts';

const HOUR_MS = 3_600_000;

describe('The status stream', () => {
  let status: VerificationStatus;
  let stream: StatusStream;
  let received: string;
  let hasEnded: boolean;

  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate'] });
    status = {
      userId: 'user-1',
      status: 'pending',
      provider: 'acme',
      sessionId: 'session-1',
      rejectionReason: null,
      nextAction: 'continue',
      attemptsLeft: 4,
      updatedAt: new Date('2026-03-04T10:00:00Z'),
    };
    open(() => Promise.resolve(status));
  });
  afterEach(() => {
    stream.body.destroy();
    jest.useRealTimers();
  });

  function open(read: () => Promise<VerificationStatus>): void {
    received = '';
    hasEnded = false;
    stream = new StatusStream(read, HOUR_MS);
    stream.body.on('data', (chunk: Buffer) => (received += chunk.toString()));
    stream.body.on('end', () => (hasEnded = true));
  }
  const flush = () => new Promise((resolve) => setImmediate(resolve));
  const events = () => received.split('\n\n').filter((part) => part.startsWith('event: status'));

  it('the status stream sends a keep-alive comment every 15 s', async () => {
    for (const expected of [1, 2, 3]) {
      jest.advanceTimersByTime(15_000);
      await flush();
      expect(received.match(/^: keep-alive$/gm)).toHaveLength(expected);
    }
  });

  it('the status stream sends an unchanged status only once, however often it is refreshed', async () => {
    for (let time = 0; time < 3; time += 1) {
      stream.refresh();
      await flush();
    }
    expect(events()).toHaveLength(1);
  });

  it('the status stream reads the status again when a change arrives during a read', async () => {
    let answer = (_read: VerificationStatus): void => undefined;
    open(() => new Promise((resolve) => (answer = resolve)));
    stream.refresh();
    stream.refresh();
    answer(status);
    await flush();
    answer({ ...status, status: 'verified', nextAction: 'none' });
    await flush();
    expect(events().map((event) => /"kyc_status":"(\w+)"/.exec(event)?.[1])).toEqual(['pending', 'verified']);
  });

  it('the status stream ends when the access token expires', async () => {
    jest.advanceTimersByTime(HOUR_MS - 1);
    await flush();
    expect(hasEnded).toBe(false);
    jest.advanceTimersByTime(1);
    await flush();
    expect(hasEnded).toBe(true);
  });

  it('the status stream ends when the status cannot be read, so that the client reconnects and gets the error', async () => {
    open(() => Promise.reject(new Error('the database is unavailable')));
    stream.refresh();
    await flush();
    expect(hasEnded).toBe(true);
  });

  it('the status stream disconnects a client that does not read', () => {
    stream.body.pause();
    jest.advanceTimersByTime(HOUR_MS - 1);
    expect(stream.body.destroyed).toBe(false);
    const idle = new StatusStream(() => Promise.resolve(status), 100 * 24 * HOUR_MS);
    jest.advanceTimersByTime(24 * HOUR_MS);
    expect(idle.body.destroyed).toBe(true);
  });
});
