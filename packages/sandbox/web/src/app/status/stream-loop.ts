import { createParser, type EventSourceMessage } from 'eventsource-parser';
import type { Outcome } from '../../api/problem.ts';
import type { Timers } from './timers.ts';

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** The gateway sends the response headers at once. If they are late, a proxy buffers them. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Three missing heartbeats mean that the connection is dead, even if the browser has not noticed. */
const SILENCE_MS = 45_000;

interface StreamLoopOptions {
  open(lastEventId: string | null, signal: AbortSignal): Promise<Outcome<ReadableStream<Uint8Array>>>;
  timers: Timers;
  onEvent(event: EventSourceMessage): void;
  /** Called after every connection, even a failed one. The loop reconnects on its own. */
  onBroken(hadEvents: boolean): void;
}

interface StreamLoop {
  /** Ends the current pause and reconnects at once. */
  wake(): void;
  stop(): void;
}

/** Keeps a stream of events open. It reconnects after pauses that grow until an event arrives. */
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
      const receive = (event: EventSourceMessage) => {
        if (signal.aborted) return;
        hadEvents = true;
        pauseMs = FIRST_PAUSE_MS;
        lastEventId = event.id ?? lastEventId;
        onEvent(event);
      };
      const onBytes = () => watch.expectWithin(SILENCE_MS);
      await readEvents(opened.value, signal, onBytes, receive).catch(() => undefined);
    }
    watch.end();
    if (isStopped) return;
    // Some proxies and CORS rules reject the header. It is optional: each stream begins with the whole status.
    if (!opened.ok && opened.problem.status === 0) lastEventId = null;
    const requestedPauseMs = opened.ok ? 0 : (opened.problem.retryAfterSeconds ?? 0) * 1_000;
    cancelPause = timers.after(Math.max(pauseMs, requestedPauseMs), () => void connect());
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

/** Calls `onMissed` after a timeout. Each new timeout replaces the last. */
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
 * Reads server-sent events from a stream of bytes until it ends. EventSource needs fewer lines, but it cannot send
 * a bearer token.
 *
 * @param onBytes is called for all bytes, because heartbeats are comments and not events
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
