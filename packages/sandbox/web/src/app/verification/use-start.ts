import { useEffect, useState } from 'react';
import type { Gateway, NextAction } from '../../api/gateway.ts';
import type { Problem } from '../../api/problem.ts';

interface Start {
  isBusy: boolean;
  problem: Problem | null;
  /** When the same call may succeed, in milliseconds since 1970; null when there is no need to wait. */
  retryAt: number | null;
  /** Where the provider's pages are to be shown on this page; null when they are not. */
  frameUrl: string | null;
  run(flow: Flow): Promise<void>;
  closeFrame(): void;
}

/**
 * Opens or resumes the verification, and leads the user to the provider's pages.
 *
 * @param action what there is to do: with another one, what stood in the way of the last is over
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

  // Back from the provider by the browser's button, the page may be as it was left: about to leave.
  useEffect(() => {
    const calm = (event: PageTransitionEvent) => event.persisted && setIsBusy(false);
    window.addEventListener('pageshow', calm);
    return () => window.removeEventListener('pageshow', calm);
  }, []);

  function refuse(refused: Problem): void {
    const { retryAfterSeconds } = refused;
    setProblem(refused);
    setRetryAt(retryAfterSeconds === null ? null : Date.now() + retryAfterSeconds * 1_000);
  }

  async function run(flow: Flow): Promise<void> {
    setIsBusy(true);
    setProblem(null);
    const started = await gateway.start();
    const url = started.ok ? started.value.session_url : null;
    if (url !== null && flow === 'redirect') return window.location.assign(url);
    setIsBusy(false);
    if (!started.ok) refuse(started.problem);
    else if (url === null) refuse({ code: 'app.no_link', status: 0, retryAfterSeconds: null });
    else setFrameUrl(url);
    // Started or refused, the status may be another one now.
    onDone();
  }

  return { isBusy, problem, retryAt, frameUrl, run, closeFrame: () => setFrameUrl(null) };
}

/** Where the provider's pages open: in place of this page, or in a frame on it. */
export type Flow = 'redirect' | 'embedded';

const KEY = 'demo.flow';

export function loadFlow(storage: Storage): Flow {
  return storage.getItem(KEY) === 'embedded' ? 'embedded' : 'redirect';
}

export function saveFlow(storage: Storage, flow: Flow): void {
  storage.setItem(KEY, flow);
}
