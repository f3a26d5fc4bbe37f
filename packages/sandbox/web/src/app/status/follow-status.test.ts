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

const refused = (status: number, retryAfterSeconds: number | null = null) =>
  ({ ok: false, problem: { code: 'some.code', status, retryAfterSeconds } }) as const;
const UNREACHED = { ok: false, problem: UNREACHABLE } as const;

describe('following the status', () => {
  let timers: FakeTimers;
  let streams: FakeStream[];
  let lastEventIds: (string | null)[];
  let questions: number;
  let told: VerificationStatus[];
  let connections: Connection[];
  let codes: (string | null)[];
  /** What the gateway answers; a stream is opened where `refusal` is null. */
  let refusal: Outcome<never> | null;
  let answer: (signal: AbortSignal) => Promise<Outcome<VerificationStatus>>;
  let follower: Follower;

  beforeEach(() => {
    timers = new FakeTimers();
    [streams, lastEventIds, told, connections, codes] = [[], [], [], [], []];
    questions = 0;
    refusal = null;
    answer = () => Promise.resolve({ ok: true, value: STATUS });
  });
  afterEach(() => follower.stop());

  async function follow(): Promise<void> {
    follower = followStatus({
      gateway: {
        stream: (lastEventId, signal) => {
          lastEventIds.push(lastEventId);
          if (refusal !== null) return Promise.resolve(refusal);
          const stream = new FakeStream(signal);
          streams.push(stream);
          return Promise.resolve({ ok: true, value: stream.body });
        },
        status: (signal) => {
          questions += 1;
          return answer(signal);
        },
      },
      timers,
      onStatus: (status) => told.push(status),
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

  describe('while the stream works', () => {
    it('tells every event, and never asks', async () => {
      await follow();
      await send(STATUS);
      await send(VERIFIED);
      await timers.pass(30_000);
      expect(told).toEqual([STATUS, VERIFIED]);
      expect(connections.at(-1)).toBe('live');
      expect(questions).toBe(0);
    });

    it('puts an event together that comes in pieces', async () => {
      await follow();
      streams[0]?.send(`event: status\ndata: ${JSON.stringify(STATUS).slice(0, 20)}`);
      streams[0]?.send(`${JSON.stringify(STATUS).slice(20)}\n\n`);
      await settle();
      expect(told).toEqual([STATUS]);
    });

    it('passes over events that it does not know', async () => {
      await follow();
      streams[0]?.send('event: news\ndata: {}\n\n');
      await settle();
      expect(told).toEqual([]);
    });
  });

  describe('when the stream breaks', () => {
    it('connects again after a second, with the id of the last event', async () => {
      await follow();
      await send(STATUS, '17');
      await breakStream();
      await timers.pass(999);
      expect(lastEventIds).toEqual([null]);
      await timers.pass(1);
      expect(lastEventIds).toEqual([null, '17']);
    });

    it('asks nothing in that second, and goes on as live', async () => {
      await follow();
      await send(STATUS);
      await breakStream();
      await timers.pass(1_000);
      await send(VERIFIED, '2');
      await timers.pass(10_000);
      expect(questions).toBe(0);
      expect(new Set(connections)).toEqual(new Set(['live']));
    });

    it('lets the pauses grow to 30 s', async () => {
      refusal = refused(503);
      await follow();
      const pauses: number[] = [];
      for (const attempt of [2, 3, 4, 5, 6, 7, 8]) {
        const since = timers.now;
        while (lastEventIds.length < attempt) await timers.pass(500);
        pauses.push(timers.now - since);
      }
      expect(pauses).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    });

    it('begins with short pauses again once an event has come', async () => {
      refusal = refused(503);
      await follow();
      await timers.pass(15_000);
      refusal = null;
      await timers.pass(16_000);
      await send(STATUS);
      await breakStream();
      const before = lastEventIds.length;
      await timers.pass(1_000);
      expect(lastEventIds.length).toBe(before + 1);
    });

    it('waits for as long as Retry-After says', async () => {
      refusal = refused(429, 30);
      await follow();
      await timers.pass(29_500);
      expect(lastEventIds.length).toBe(1);
      await timers.pass(500);
      expect(lastEventIds.length).toBe(2);
    });

    it('leaves the id out where a request with it was not let through', async () => {
      await follow();
      await send(STATUS, '17');
      refusal = UNREACHED;
      await breakStream();
      await timers.pass(1_000);
      await timers.pass(2_000);
      expect(lastEventIds).toEqual([null, '17', null]);
    });

    it('takes 45 s without a byte for a broken stream', async () => {
      await follow();
      await send(STATUS);
      await timers.pass(44_999);
      expect(streams[0]?.isCancelled).toBe(false);
      await timers.pass(1);
      expect(streams[0]?.isCancelled).toBe(true);
      await timers.pass(1_000);
      expect(streams.length).toBe(2);
    });

    it('takes heartbeats for signs of life', async () => {
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
    it.each([404, 429, 503])('asks at once and then every 3 s, where it answers %i', async (status) => {
      refusal = refused(status);
      await follow();
      await timers.pass(0);
      expect(questions).toBe(1);
      await timers.pass(6_000);
      expect(questions).toBe(3);
      expect(told.at(-1)).toEqual(STATUS);
      expect(connections.at(-1)).toBe('polling');
    });

    it('is offline while there is no answer, and says so', async () => {
      refusal = UNREACHED;
      answer = () => Promise.resolve(UNREACHED);
      await follow();
      await timers.pass(0);
      expect(connections.at(-1)).toBe('offline');
      expect(codes.at(-1)).toBe('app.unreachable');
    });

    it('asks no sooner than Retry-After says', async () => {
      refusal = refused(503);
      answer = () => Promise.resolve(refused(503, 10));
      await follow();
      await timers.pass(9_999);
      expect(questions).toBe(1);
      await timers.pass(1);
      expect(questions).toBe(2);
    });

    it('goes back to the stream when it works, and asks no more', async () => {
      refusal = refused(503);
      await follow();
      await timers.pass(500);
      refusal = null;
      await timers.pass(500);
      await send(VERIFIED);
      const before = questions;
      await timers.pass(20_000);
      expect(questions).toBe(before);
      expect(connections.at(-1)).toBe('live');
      expect(codes.at(-1)).toBeNull();
    });

    it('does not tell an answer that an event has overtaken', async () => {
      refusal = refused(503);
      let answerNow: (outcome: Outcome<VerificationStatus>) => void = () => undefined;
      answer = () => new Promise((resolve) => (answerNow = resolve));
      await follow();
      await timers.pass(0);
      refusal = null;
      await timers.pass(1_000);
      await send(VERIFIED);
      answerNow({ ok: true, value: STATUS });
      await settle();
      expect(told).toEqual([VERIFIED]);
    });

    it('connects without waiting when it is woken', async () => {
      refusal = refused(503);
      await follow();
      await timers.pass(10_000);
      const before = lastEventIds.length;
      follower.wake();
      expect(lastEventIds.length).toBe(before + 1);
    });
  });

  it('asks once when it is told to, though the stream works', async () => {
    await follow();
    await send(STATUS);
    answer = () => Promise.resolve({ ok: true, value: VERIFIED });
    await follower.refresh();
    expect(told.at(-1)).toEqual(VERIFIED);
    expect(connections.at(-1)).toBe('live');
  });

  it('leaves no timer, no stream and no news behind when it is stopped', async () => {
    await follow();
    await send(STATUS);
    follower.stop();
    await settle();
    expect(streams[0]?.isCancelled).toBe(true);
    expect(timers.pending).toBe(0);
    await timers.pass(60_000);
    expect([streams.length, questions, told.length]).toEqual([1, 0, 1]);
  });
});
