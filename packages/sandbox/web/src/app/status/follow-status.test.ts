/// <reference types="jest" />
import type { VerificationStatus } from '../../api/gateway.ts';
import { type Outcome, UNREACHABLE } from '../../api/problem.ts';
import { type Connection, type Follower, followStatus } from './follow-status.ts';
import { FakeStream, FakeTimers, settle } from './test-support/fakes.ts';

const STATUS: VerificationStatus = {
  kyc_status: 'pending',
  kyc_provider: 'veriff',
  kyc_session_id: 'a1',
  kyc_rejection_reason: null,
  next_action: 'continue',
  attempts_left: 4,
  updated_at: '2026-11-22T17:35:56.413Z',
};
const VERIFIED: VerificationStatus = { ...STATUS, kyc_status: 'verified', next_action: 'none' };

const unavailable = (status: number, retryAfterSeconds: number | null = null) =>
  ({ ok: false, problem: { code: 'some.code', status, retryAfterSeconds } }) as const;
const UNREACHED = { ok: false, problem: UNREACHABLE } as const;

describe('Following the status', () => {
  let timers: FakeTimers;
  let streams: FakeStream[];
  let lastEventIds: (string | null)[];
  let polls: number;
  let published: VerificationStatus[];
  let connections: Connection[];
  let codes: (string | null)[];
  /** The gateway's response to a stream request. Null opens a stream. */
  let failure: Outcome<never> | null;
  let answer: (signal: AbortSignal) => Promise<Outcome<VerificationStatus>>;
  let follower: Follower;

  beforeEach(() => {
    timers = new FakeTimers();
    [streams, lastEventIds, published, connections, codes] = [[], [], [], [], []];
    polls = 0;
    failure = null;
    answer = () => Promise.resolve({ ok: true, value: STATUS });
  });
  afterEach(() => follower.stop());

  async function follow(): Promise<void> {
    follower = followStatus({
      gateway: {
        stream: (lastEventId, signal) => {
          lastEventIds.push(lastEventId);
          if (failure !== null) return Promise.resolve(failure);
          const stream = new FakeStream(signal);
          streams.push(stream);
          return Promise.resolve({ ok: true, value: stream.body });
        },
        status: (signal) => {
          polls += 1;
          return answer(signal);
        },
      },
      timers,
      onStatus: (status) => published.push(status),
      onConnection: (connection) => connections.push(connection),
      onProblem: (problem) => codes.push(problem?.code ?? null),
    });
    await settle();
  }

  async function send(status: VerificationStatus, id = '1'): Promise<void> {
    streams.at(-1)?.send(`event: status\nid: ${id}\ndata: ${JSON.stringify(status)}\n\n`);
    await settle();
  }

  async function breakStream(): Promise<void> {
    streams.at(-1)?.end();
    await settle();
  }

  describe('while the stream is connected', () => {
    it('publishes every event of the stream and does not poll', async () => {
      await follow();
      await send(STATUS);
      await send(VERIFIED);
      await timers.pass(30_000);
      expect(published).toEqual([STATUS, VERIFIED]);
      expect(connections.at(-1)).toBe('live');
      expect(polls).toBe(0);
    });

    it('joins an event that arrives in several chunks', async () => {
      await follow();
      streams[0]?.send(`event: status\ndata: ${JSON.stringify(STATUS).slice(0, 20)}`);
      streams[0]?.send(`${JSON.stringify(STATUS).slice(20)}\n\n`);
      await settle();
      expect(published).toEqual([STATUS]);
    });

    it('ignores events of an unknown type', async () => {
      await follow();
      streams[0]?.send('event: news\ndata: {}\n\n');
      await settle();
      expect(published).toEqual([]);
    });
  });

  describe('when the stream breaks', () => {
    it('reconnects after a second with the id of the last event', async () => {
      await follow();
      await send(STATUS, '17');
      await breakStream();
      await timers.pass(999);
      expect(lastEventIds).toEqual([null]);
      await timers.pass(1);
      expect(lastEventIds).toEqual([null, '17']);
    });

    it('does not poll and stays live if the stream reconnects within a second', async () => {
      await follow();
      await send(STATUS);
      await breakStream();
      await timers.pass(1_000);
      await send(VERIFIED, '2');
      await timers.pass(10_000);
      expect(polls).toBe(0);
      expect(new Set(connections)).toEqual(new Set(['live']));
    });

    it('doubles the pauses between connections up to 30 s', async () => {
      failure = unavailable(503);
      await follow();
      const pauses: number[] = [];
      for (const attempt of [2, 3, 4, 5, 6, 7, 8]) {
        const since = timers.now;
        while (lastEventIds.length < attempt) await timers.pass(500);
        pauses.push(timers.now - since);
      }
      expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    });

    it('resets the pauses after an event', async () => {
      failure = unavailable(503);
      await follow();
      await timers.pass(15_000);
      failure = null;
      await timers.pass(16_000);
      await send(STATUS);
      await breakStream();
      const before = lastEventIds.length;
      await timers.pass(1_000);
      expect(lastEventIds.length).toBe(before + 1);
    });

    it('waits for Retry-After before it reconnects', async () => {
      failure = unavailable(429, 30);
      await follow();
      await timers.pass(29_500);
      expect(lastEventIds.length).toBe(1);
      await timers.pass(500);
      expect(lastEventIds.length).toBe(2);
    });

    it('omits the last event id after a request with it has failed', async () => {
      await follow();
      await send(STATUS, '17');
      failure = UNREACHED;
      await breakStream();
      await timers.pass(1_000);
      await timers.pass(2_000);
      expect(lastEventIds).toEqual([null, '17', null]);
    });

    it('reconnects when a stream sends no byte for 45 s', async () => {
      await follow();
      await send(STATUS);
      await timers.pass(44_999);
      expect(streams[0]?.isCanceled).toBe(false);
      await timers.pass(1);
      expect(streams[0]?.isCanceled).toBe(true);
      await timers.pass(1_000);
      expect(streams.length).toBe(2);
    });

    it('keeps a stream that sends only heartbeats', async () => {
      await follow();
      await send(STATUS);
      for (let beat = 0; beat < 10; beat += 1) {
        await timers.pass(15_000);
        streams[0]?.send(': still here\n\n');
        await settle();
      }
      expect(streams.length).toBe(1);
    });
  });

  describe('while the stream is broken', () => {
    it.each([404, 429, 503])(
      'polls at once and then every 3 s if the stream responds with %i',
      async (status) => {
        failure = unavailable(status);
        await follow();
        await timers.pass(0);
        expect(polls).toBe(1);
        await timers.pass(6_000);
        expect(polls).toBe(3);
        expect(published.at(-1)).toEqual(STATUS);
        expect(connections.at(-1)).toBe('polling');
      },
    );

    it('reports offline while the gateway is unreachable', async () => {
      failure = UNREACHED;
      answer = () => Promise.resolve(UNREACHED);
      await follow();
      await timers.pass(0);
      expect(connections.at(-1)).toBe('offline');
      expect(codes.at(-1)).toBe('app.unreachable');
    });

    it('does not poll before Retry-After has passed', async () => {
      failure = unavailable(503);
      answer = () => Promise.resolve(unavailable(503, 10));
      await follow();
      await timers.pass(9_999);
      expect(polls).toBe(1);
      await timers.pass(1);
      expect(polls).toBe(2);
    });

    it('stops polling when the stream works again', async () => {
      failure = unavailable(503);
      await follow();
      await timers.pass(500);
      failure = null;
      await timers.pass(500);
      await send(VERIFIED);
      const before = polls;
      await timers.pass(20_000);
      expect(polls).toBe(before);
      expect(connections.at(-1)).toBe('live');
      expect(codes.at(-1)).toBeNull();
    });

    it('drops a polled status that is older than an event', async () => {
      failure = unavailable(503);
      let answerNow: (outcome: Outcome<VerificationStatus>) => void = () => undefined;
      answer = () => new Promise((resolve) => (answerNow = resolve));
      await follow();
      await timers.pass(0);
      failure = null;
      await timers.pass(1_000);
      await send(VERIFIED);
      answerNow({ ok: true, value: STATUS });
      await settle();
      expect(published).toEqual([VERIFIED]);
    });

    it('reconnects at once when the page wakes it', async () => {
      failure = unavailable(503);
      await follow();
      await timers.pass(10_000);
      const before = lastEventIds.length;
      follower.wake();
      expect(lastEventIds.length).toBe(before + 1);
    });
  });

  it('reads the status once on refresh while the stream works', async () => {
    await follow();
    await send(STATUS);
    answer = () => Promise.resolve({ ok: true, value: VERIFIED });
    await follower.refresh();
    expect(published.at(-1)).toEqual(VERIFIED);
    expect(connections.at(-1)).toBe('live');
  });

  it('leaves no timer and no stream open after it is stopped', async () => {
    await follow();
    await send(STATUS);
    follower.stop();
    await settle();
    expect(streams[0]?.isCanceled).toBe(true);
    expect(timers.pending).toBe(0);
    await timers.pass(60_000);
    expect([streams.length, polls, published.length]).toEqual([1, 0, 1]);
  });
});
