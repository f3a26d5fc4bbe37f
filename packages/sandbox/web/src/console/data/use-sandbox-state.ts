import { useCallback, useEffect, useRef, useState } from 'react';
import { call, inWords } from './http.ts';
import type { SandboxState } from './sandbox.ts';

interface Reading {
  /** Null until the first read. */
  state: SandboxState | null;
  /** The number of reads so far. */
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

const RECONNECT_MS = 2000;

export type Connection = 'connecting' | 'live' | 'lost';

/** Follows `GET /sandbox/changes`. A connection that reopens can have missed changes, so `open` counts as a change. */
function followChanges(onChange: () => void, onConnection: (connection: Connection) => void): () => void {
  let source: EventSource | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;

  function open(): void {
    source = new EventSource('/sandbox/changes');
    source.addEventListener('open', () => {
      onConnection('live');
      onChange();
    });
    source.addEventListener('changed', onChange);
    source.addEventListener('error', () => {
      onConnection('lost');
      // The browser reconnects on its own unless the response was not a stream of events.
      if (source?.readyState === EventSource.CLOSED) retry = setTimeout(open, RECONNECT_MS);
    });
  }

  open();
  return () => {
    clearTimeout(retry);
    source?.close();
  };
}

/** Runs one read at a time. A call during a read causes one more read afterwards. */
function createReader<T>(
  read: () => Promise<T>,
  onRead: (value: T) => void,
  onProblem: (error: unknown) => void,
): () => Promise<void> {
  let isReading = false;
  let isStale = false;

  return async function readAgain(): Promise<void> {
    isStale = true;
    if (isReading) return;
    isReading = true;
    while (isStale) {
      isStale = false;
      await read().then(onRead, onProblem);
    }
    isReading = false;
  };
}
