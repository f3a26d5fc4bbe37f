import type { Connection } from '../status/follow-status.ts';

const WORDS: Readonly<Record<Connection, string>> = {
  connecting: 'Connecting…',
  live: 'Live',
  polling: 'Updating every few seconds',
  offline: 'Offline',
};

/** How fresh the card is. Not announced: it is no news about the user. */
export function ConnectionIndicator({ connection }: { connection: Connection }) {
  return (
    <p className="connection" data-connection={connection}>
      <span className="connection-dot" aria-hidden="true" />
      {WORDS[connection]}
    </p>
  );
}
