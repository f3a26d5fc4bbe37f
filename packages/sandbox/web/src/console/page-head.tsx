import type { Connection } from './data/changes.ts';
import { Icon } from './parts/icon.tsx';

interface PageHeadProps {
  /** Null until the sandbox has told. */
  gatewayUrl: string | null;
  connection: Connection;
}

const CONNECTIONS: Readonly<Record<Connection, { words: string; tone: string }>> = {
  connecting: { words: 'connecting', tone: 'warn' },
  live: { words: 'live', tone: 'good' },
  lost: { words: 'connection lost, trying again', tone: 'bad' },
};

export function PageHead({ gatewayUrl, connection }: PageHeadProps) {
  const { words, tone } = CONNECTIONS[connection];
  return (
    <header className="page-head">
      <h1>Sandbox console</h1>
      <p className={`state tone-${tone}`}>
        <Icon name={connection === 'lost' ? 'cross' : 'dot'} />
        {words}
      </p>
      {gatewayUrl !== null && (
        <p className="quiet">
          gateway <span className="mono">{gatewayUrl}</span>
        </p>
      )}
      <nav aria-label="Panels" className="jumps">
        <a href="#steering">Steering</a>
        <a href="#calls">Calls</a>
        <a href="#webhooks">Webhooks</a>
        <a href="#record">Rows</a>
        <a href="#mail">Mail</a>
      </nav>
    </header>
  );
}
