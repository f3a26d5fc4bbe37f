import { useCallback, useEffect, useRef, useState } from 'react';
import { followChanges } from './changes.ts';
import type { Connection } from './changes.ts';
import { call, inWords } from './http.ts';
import { createReader } from './reader.ts';
import type { SandboxState } from './sandbox.ts';

export interface Reading {
  /** The latest, null until there was one. */
  state: SandboxState | null;
  /** Counts the reads. */
  version: number;
  problem: string | null;
}

interface LiveReading extends Reading {
  connection: Connection;
  readAgain(): void;
}

export function useSandboxState(): LiveReading {
  const [reading, setReading] = useState<Reading>({ state: null, version: 0, problem: null });
  const [connection, setConnection] = useState<Connection>('connecting');
  const read = useRef<() => void>(() => undefined);

  useEffect(() => {
    const readAgain = createReader(
      async () => (await call('/sandbox/state')) as SandboxState,
      (state) => setReading(({ version }) => ({ state, version: version + 1, problem: null })),
      (error) => setReading((before) => ({ ...before, problem: inWords(error) })),
    );
    read.current = () => void readAgain();
    read.current();
    return followChanges(read.current, setConnection);
  }, []);

  const readAgain = useCallback(() => read.current(), []);
  return { ...reading, connection, readAgain };
}
