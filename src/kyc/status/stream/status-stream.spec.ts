import { jest } from '@jest/globals';
import type { VerificationStatus } from '../verification-status.service.ts';
import { StatusStream } from './status-stream.ts';

const HOUR_MS = 3_600_000;

describe('a stream of the status', () => {
  let status: VerificationStatus;
  let stream: StatusStream;
  let heard: string;
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
    heard = '';
    hasEnded = false;
    stream = new StatusStream(read, HOUR_MS);
    stream.body.on('data', (chunk: Buffer) => (heard += chunk.toString()));
    stream.body.on('end', () => (hasEnded = true));
  }
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  const events = () => heard.split('\n\n').filter((part) => part.startsWith('event: status'));

  it('is kept open by a comment every 15 s', async () => {
    for (const expected of [1, 2, 3]) {
      jest.advanceTimersByTime(15_000);
      await settle();
      expect(heard.match(/^: still here$/gm)).toHaveLength(expected);
    }
  });

  it('says once what has not changed, however often it may have', async () => {
    for (let time = 0; time < 3; time += 1) {
      stream.tell();
      await settle();
    }
    expect(events()).toHaveLength(1);
  });

  it('reads once more when a change comes while the last one is read', async () => {
    let answer = (_read: VerificationStatus): void => undefined;
    open(() => new Promise((resolve) => (answer = resolve)));
    stream.tell();
    stream.tell();
    answer(status);
    await settle();
    answer({ ...status, status: 'verified', nextAction: 'none' });
    await settle();
    expect(events().map((event) => /"kyc_status":"(\w+)"/.exec(event)?.[1])).toEqual(['pending', 'verified']);
  });

  it('ends with the token', async () => {
    jest.advanceTimersByTime(HOUR_MS - 1);
    await settle();
    expect(hasEnded).toBe(false);
    jest.advanceTimersByTime(1);
    await settle();
    expect(hasEnded).toBe(true);
  });

  it('ends when the status cannot be read, so that the page comes back and hears why', async () => {
    open(() => Promise.reject(new Error('the database is away')));
    stream.tell();
    await settle();
    expect(hasEnded).toBe(true);
  });

  it('lets go of a page that does not read', () => {
    stream.body.pause();
    jest.advanceTimersByTime(HOUR_MS - 1);
    expect(stream.body.destroyed).toBe(false);
    const idle = new StatusStream(() => Promise.resolve(status), 100 * 24 * HOUR_MS);
    jest.advanceTimersByTime(24 * HOUR_MS);
    expect(idle.body.destroyed).toBe(true);
  });
});
