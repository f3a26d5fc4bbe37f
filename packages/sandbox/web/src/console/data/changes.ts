const RETRY_MS = 2000;

export type Connection = 'connecting' | 'live' | 'lost';

/** Follows `GET /sandbox/changes`; whoever comes back may have missed some, so `open` counts as a change. */
export function followChanges(
  onChange: () => void,
  onConnection: (connection: Connection) => void,
): () => void {
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
      // The browser connects again by itself, unless the answer was not a stream of events.
      if (source?.readyState === EventSource.CLOSED) retry = setTimeout(open, RETRY_MS);
    });
  }

  open();
  return () => {
    clearTimeout(retry);
    source?.close();
  };
}
