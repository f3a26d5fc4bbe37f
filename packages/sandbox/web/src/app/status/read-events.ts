import { createParser, type EventSourceMessage } from 'eventsource-parser';

/**
 * Server-sent events out of a stream of bytes, until it ends. EventSource could do this in fewer lines, but it
 * cannot send a bearer token.
 *
 * @param onBytes also hears what is no event: heartbeats are comments
 */
export async function readEvents(
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
