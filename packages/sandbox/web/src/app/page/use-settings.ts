import { useEffect, useState } from 'react';
import { readSettings, type SandboxSettings } from '../../api/sandbox.ts';

export type Settings =
  { state: 'loading' } | { state: 'ready'; settings: SandboxSettings } | { state: 'failed' };

const LOADING: Settings = { state: 'loading' };

/** @returns also what reads them again */
export function useSettings(): [Settings, () => void] {
  const [read, setRead] = useState<Settings>(LOADING);
  const [round, setRound] = useState(0);

  useEffect(() => {
    let isCurrent = true;
    readSettings().then(
      (settings) => isCurrent && setRead({ state: 'ready', settings }),
      () => isCurrent && setRead({ state: 'failed' }),
    );
    return () => void (isCurrent = false);
  }, [round]);

  function readAgain(): void {
    setRead(LOADING);
    setRound(round + 1);
  }
  return [read, readAgain];
}
