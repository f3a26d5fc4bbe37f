import { useEffect, useState } from 'react';
import type { Gateway, NextAction } from '../../api/gateway.ts';
import type { Problem } from '../../api/problem.ts';

interface Start {
  isBusy: boolean;
  problem: Problem | null;
  /** When the same call can succeed, in milliseconds since 1970. Null if the user need not wait. */
  retryAt: number | null;
  /** The address to show in a frame on this page. Null if no frame is open. */
  frameUrl: string | null;
  run(flow: Flow): Promise<void>;
  closeFrame(): void;
}

/**
 * Starts or resumes the verification and sends the user to the provider's pages.
 *
 * @param action the user's next action. When it changes, the problem of the last one is cleared.
 */
export function useStart(gateway: Gateway, action: NextAction, onDone: () => void): Start {
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [retryAt, setRetryAt] = useState<number | null>(null);
  const [frameUrl, setFrameUrl] = useState<string | null>(null);

  useEffect(() => {
    setProblem(null);
    setRetryAt(null);
  }, [action]);

  // After the browser's back button, the page can be restored from the cache in its busy state.
  useEffect(() => {
    const resetBusy = (event: PageTransitionEvent) => event.persisted && setIsBusy(false);
    window.addEventListener('pageshow', resetBusy);
    return () => window.removeEventListener('pageshow', resetBusy);
  }, []);

  function showProblem(found: Problem): void {
    const { retryAfterSeconds } = found;
    setProblem(found);
    setRetryAt(retryAfterSeconds === null ? null : Date.now() + retryAfterSeconds * 1_000);
  }

  async function run(flow: Flow): Promise<void> {
    setIsBusy(true);
    setProblem(null);
    const started = await gateway.start();
    const url = started.ok ? started.value.session_url : null;
    if (url !== null && flow === 'redirect') return window.location.assign(url);
    setIsBusy(false);
    if (!started.ok) showProblem(started.problem);
    else if (url === null) showProblem({ code: 'app.no_link', status: 0, retryAfterSeconds: null });
    else setFrameUrl(url);
    // The status can change when a start succeeds and when it is rejected.
    onDone();
  }

  return { isBusy, problem, retryAt, frameUrl, run, closeFrame: () => setFrameUrl(null) };
}

/** The provider's pages either replace this page or open in a frame on it. */
export type Flow = 'redirect' | 'embedded';

const KEY = 'demo.flow';

export function loadFlow(storage: Storage): Flow {
  return storage.getItem(KEY) === 'embedded' ? 'embedded' : 'redirect';
}

export function saveFlow(storage: Storage, flow: Flow): void {
  storage.setItem(KEY, flow);
}
