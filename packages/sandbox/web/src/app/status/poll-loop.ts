import type { Outcome } from '../../api/problem.ts';
import type { Timers } from './timers.ts';

export const POLL_EVERY_MS = 3_000;

export interface PollLoop {
  /** Does nothing where it is running already. */
  start(firstAfterMs: number): void;
  stop(): void;
}

/** Asks again and again while it is started, one question at a time, and not before a Retry-After is over. */
export function createPollLoop<T>(
  ask: (signal: AbortSignal) => Promise<Outcome<T>>,
  timers: Timers,
  onOutcome: (outcome: Outcome<T>) => void,
): PollLoop {
  let run: AbortController | null = null;
  let cancel: () => void = () => undefined;

  async function poll(signal: AbortSignal): Promise<void> {
    const outcome = await ask(signal);
    // An answer that comes after stop() may be older than what stopped it.
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
