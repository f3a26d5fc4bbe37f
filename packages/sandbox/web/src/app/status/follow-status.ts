import type { Gateway, VerificationStatus } from '../../api/gateway.ts';
import type { Outcome, Problem } from '../../api/problem.ts';
import { createPollLoop, POLL_EVERY_MS } from './poll-loop.ts';
import { keepStreaming } from './stream-loop.ts';
import type { Timers } from './timers.ts';

/** How news reach the page just now. */
export type Connection = 'connecting' | 'live' | 'polling' | 'offline';

export interface FollowOptions {
  gateway: Pick<Gateway, 'status' | 'stream'>;
  timers: Timers;
  onStatus(status: VerificationStatus): void;
  onConnection(connection: Connection): void;
  /** Why the status cannot be read; null when it can again. */
  onProblem(problem: Problem | null): void;
}

export interface Follower {
  /** Asks once, now: something has just happened on this page. */
  refresh(): Promise<void>;
  /** The page is seen again, or the network is back: no pause is waited for. */
  wake(): void;
  stop(): void;
}

/** Tells a user's status and its changes: from the stream, and by asking while the stream is broken. */
export function followStatus(options: FollowOptions): Follower {
  const { gateway, timers, onStatus, onConnection, onProblem } = options;
  const ending = new AbortController();
  let told = 0;

  function tell(status: VerificationStatus): void {
    told += 1;
    onProblem(null);
    onStatus(status);
  }

  function tellAnswer(outcome: Outcome<VerificationStatus>): void {
    if (outcome.ok) {
      onConnection('polling');
      tell(outcome.value);
    } else {
      onConnection(outcome.problem.status === 0 ? 'offline' : 'polling');
      onProblem(outcome.problem);
    }
  }

  const polling = createPollLoop((signal) => gateway.status(signal), timers, tellAnswer);
  const stream = keepStreaming({
    open: (lastEventId, signal) => gateway.stream(lastEventId, signal),
    timers,
    onEvent({ event, data }) {
      if (event !== 'status') return;
      polling.stop();
      onConnection('live');
      tell(JSON.parse(data) as VerificationStatus);
    },
    // A stream that has worked is back in a second, as a rule: no need to ask before, nor to say so.
    onBroken: (hadEvents) => polling.start(hadEvents ? POLL_EVERY_MS : 0),
  });

  return {
    async refresh() {
      const before = told;
      const outcome = await gateway.status(ending.signal);
      // What was told meanwhile is newer than the question; and a failure is for the two loops to tell.
      if (outcome.ok && told === before && !ending.signal.aborted) tell(outcome.value);
    },
    wake: () => stream.wake(),
    stop() {
      ending.abort();
      polling.stop();
      stream.stop();
    },
  };
}
