import { useEffect, useRef, useState } from 'react';
import type { Gateway, VerificationStatus } from '../../api/gateway.ts';
import type { Problem } from '../../api/problem.ts';
import { type Connection, followStatus, type Follower } from './follow-status.ts';
import { browserTimers } from './timers.ts';

export interface FollowedStatus {
  /** Null until the first status arrives. */
  status: VerificationStatus | null;
  connection: Connection;
  problem: Problem | null;
  refresh(hasReturned?: boolean): void;
}

/**
 * Keeps the user's status up to date while the component is mounted.
 *
 * @param hasReturned the provider has sent the user back to this page
 */
export function useVerificationStatus(gateway: Gateway, hasReturned: boolean): FollowedStatus {
  const [status, setStatus] = useState<VerificationStatus | null>(null);
  const [connection, setConnection] = useState<Connection>('connecting');
  const [problem, setProblem] = useState<Problem | null>(null);
  const follower = useRef<Follower | null>(null);

  useEffect(() => {
    const following = followStatus({
      gateway,
      timers: browserTimers,
      onStatus: setStatus,
      onConnection: setConnection,
      onProblem: setProblem,
    });
    follower.current = following;
    if (hasReturned) void following.refresh(true);
    const stopListening = onReturnToPage(following.wake);
    return () => {
      stopListening();
      following.stop();
    };
  }, [gateway, hasReturned]);

  return {
    status,
    connection,
    problem,
    refresh: (isReturn) => void follower.current?.refresh(isReturn),
  };
}

/** Calls `act` when the network is back, the tab is visible again, or the page comes out of the back/forward cache. */
function onReturnToPage(act: () => void): () => void {
  const listening = new AbortController();
  const { signal } = listening;
  const actWhenVisible = () => document.visibilityState === 'visible' && act();
  window.addEventListener('online', act, { signal });
  window.addEventListener('pageshow', act, { signal });
  document.addEventListener('visibilitychange', actWhenVisible, { signal });
  return () => listening.abort();
}
