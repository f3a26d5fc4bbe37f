import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { Outcome } from '../../api/problem.ts';
import type { Timers } from './timers.ts';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** An answer's head comes at once, or something in between swallows it. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Three heartbeats are missing: the connection is dead, and nobody has told the browser. */
const SILENCE_MS = 45_000;

interface StreamLoopOptions {
  open(lastEventId: string | null, signal: AbortSignal): Promise<Outcome<ReadableStream<Uint8Array>>>;
  timers: Timers;
  onEvent(event: EventSourceMessage): void;
  /** After every attempt, however far it came; the next one follows by itself. */
  onBroken(hadEvents: boolean): void;
}

interface StreamLoop {
  /** Does not wait any longer, if it waits: there is reason to think that it works again. */
  wake(): void;
  stop(): void;
}

/** Keeps a stream of events open: connects again whenever it breaks, after pauses that grow until an event comes. */
export function keepStreaming({ open, timers, onEvent, onBroken }: StreamLoopOptions): StreamLoop {
  let pauseMs = FIRST_PAUSE_MS;
  let lastEventId: string | null = null;
  let isStopped = false;
  let attempt = new AbortController();
  let cancelPause: (() => void) | null = null;

  async function connect(): Promise<void> {
    cancelPause = null;
    const { signal } = (attempt = new AbortController());
    const watch = createWatch(timers, () => attempt.abort());
    let hadEvents = false;
    watch.expectWithin(CONNECT_TIMEOUT_MS);
    const opened = await open(lastEventId, signal);
    if (opened.ok && !signal.aborted) {
      watch.expectWithin(SILENCE_MS);
      const hear = (event: EventSourceMessage) => {
        if (signal.aborted) return;
        hadEvents = true;
        pauseMs = FIRST_PAUSE_MS;
        lastEventId = event.id ?? lastEventId;
        onEvent(event);
      };
      const onBytes = () => watch.expectWithin(SILENCE_MS);
      await readEvents(opened.value, signal, onBytes, hear).catch(() => undefined);
    }
    watch.end();
    if (isStopped) return;
    // Not every proxy or CORS rule lets the header through. It only saves work: each stream begins with the whole state.
    if (!opened.ok && opened.problem.status === 0) lastEventId = null;
    const askedPauseMs = opened.ok ? 0 : (opened.problem.retryAfterSeconds ?? 0) * 1_000;
    cancelPause = timers.after(Math.max(pauseMs, askedPauseMs), () => void connect());
    pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    onBroken(hadEvents);
  }

  void connect();
  return {
    wake() {
      if (cancelPause === null || isStopped) return;
      cancelPause();
      pauseMs = FIRST_PAUSE_MS;
      void connect();
    },
    stop() {
      isStopped = true;
      cancelPause?.();
      attempt.abort();
    },
  };
}

/** Calls `onMissed` if what is expected does not come in time; each new expectation replaces the last. */
function createWatch(timers: Timers, onMissed: () => void) {
  let cancel: () => void = () => undefined;
  return {
    expectWithin(ms: number) {
      cancel();
      cancel = timers.after(ms, onMissed);
    },
    end: () => cancel(),
  };
}

/**
 * Server-sent events out of a stream of bytes, until it ends. EventSource could do this in fewer lines, but it
 * cannot send a bearer token.
 *
 * @param onBytes also hears what is no event: heartbeats are comments
 */
async function readEvents(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
  onBytes: () => void,
  onEvent: (event: EventSourceMessage) => void,
): Promise<void> {
  const reader = body.getReader();
  const cancel = () => void reader.cancel().catch(() => undefined);
  signal.addEventListener('abort', cancel, { once: true });
  const parser = createParser({ onEvent });
  const decoder = new TextDecoder();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done || signal.aborted) return;
      onBytes();
      parser.feed(decoder.decode(value, { stream: true }));
    }
  } finally {
    signal.removeEventListener('abort', cancel);
    cancel();
  }
}
