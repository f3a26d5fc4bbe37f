import type { Outcome } from '../../api/problem.ts';
import type { Timers } from './timers.ts';

export const POLL_EVERY_MS = 3_000;

export interface PollLoop {
  /** Does nothing if the loop is already running. */
  start(firstAfterMs: number): void;
  stop(): void;
}

/** Polls while it is started, with one request at a time, and respects Retry-After. */
export function createPollLoop<T>(
  read: (signal: AbortSignal) => Promise<Outcome<T>>,
  timers: Timers,
  onOutcome: (outcome: Outcome<T>) => void,
): PollLoop {
  let run: AbortController | null = null;
  let cancel: () => void = () => undefined;

  async function poll(signal: AbortSignal): Promise<void> {
    const outcome = await read(signal);
    // A response that arrives after stop() can be older than the event that stopped the loop.
    if (signal.aborted) return;
    const pauseMs = outcome.ok ? 0 : (outcome.problem.retryAfterSeconds ?? 0) * 1_000;
    cancel = timers.after(Math.max(POLL_EVERY_MS, pauseMs), () => void poll(signal));
    onOutcome(outcome);
  }

  return {
    start(firstAfterMs) {
      if (run !== null) return;
      const { signal } = (run = new AbortController());
      cancel = timers.after(firstAfterMs, () => void poll(signal));
    },
    stop() {
      cancel();
      run?.abort();
      run = null;
    },
  };
}
