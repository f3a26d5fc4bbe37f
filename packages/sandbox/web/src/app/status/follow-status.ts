import type { Gateway, VerificationStatus } from '../../api/gateway.ts';
import type { Outcome, Problem } from '../../api/problem.ts';
import { createPollLoop, POLL_EVERY_MS } from './poll-loop.ts';
import { keepStreaming } from './stream-loop.ts';
import type { Timers } from './timers.ts';

/** How the page currently receives the status. */
export type Connection = 'connecting' | 'live' | 'polling' | 'offline';

export interface FollowOptions {
  gateway: Pick<Gateway, 'status' | 'stream'>;
  timers: Timers;
  onStatus(status: VerificationStatus): void;
  onConnection(connection: Connection): void;
  /** Receives the problem that prevents reading the status, and null when it is solved. */
  onProblem(problem: Problem | null): void;
}

export interface Follower {
  /** Reads the status once, after an action on this page or after the user's return from the provider's pages. */
  refresh(hasReturned?: boolean): Promise<void>;
  /** Reconnects without waiting, because the page is visible again or the network is back. */
  wake(): void;
  stop(): void;
}

/** Follows a user's status through the stream, and through polling while the stream is broken. */
export function followStatus(options: FollowOptions): Follower {
  const { gateway, timers, onStatus, onConnection, onProblem } = options;
  const ending = new AbortController();
  let updates = 0;

  function publish(status: VerificationStatus): void {
    updates += 1;
    onProblem(null);
    onStatus(status);
  }

  function publishResult(outcome: Outcome<VerificationStatus>): void {
    if (outcome.ok) {
      onConnection('polling');
      publish(outcome.value);
    } else {
      onConnection(outcome.problem.status === 0 ? 'offline' : 'polling');
      onProblem(outcome.problem);
    }
  }

  const polling = createPollLoop((signal) => gateway.status(signal), timers, publishResult);
  const stream = keepStreaming({
    open: (lastEventId, signal) => gateway.stream(lastEventId, signal),
    timers,
    onEvent({ event, data }) {
      if (event !== 'status') return;
      polling.stop();
      onConnection('live');
      publish(JSON.parse(data) as VerificationStatus);
    },
    // A stream that worked usually reconnects within a second, so polling does not start at once.
    onBroken: (hadEvents) => polling.start(hadEvents ? POLL_EVERY_MS : 0),
  });

  return {
    async refresh(hasReturned = false) {
      const before = updates;
      const outcome = await gateway.status(ending.signal, hasReturned);
      // An update that arrived in the meantime is newer. The two loops report failures.
      if (outcome.ok && updates === before && !ending.signal.aborted) publish(outcome.value);
    },
    wake: () => stream.wake(),
    stop() {
      ending.abort();
      polling.stop();
      stream.stop();
    },
  };
}
