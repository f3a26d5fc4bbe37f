import { useId, useState } from 'react';
import type { ProviderSession } from '../data/sandbox.ts';
import { capped, Rest } from '../parts/panel.tsx';
import { Icon, ProviderTag, Timestamp } from '../parts/values.tsx';
import { DecideControls, DeliveryFaultControls } from './session-controls.tsx';

interface SessionListProps {
  sessions: readonly ProviderSession[];
  nameOf: (userId: string) => string;
  onFollow: (session: ProviderSession) => void;
}

/** The newest session is expanded until the developer collapses it. */
export function SessionList({ sessions, nameOf, onFollow }: SessionListProps) {
  const [choices, setChoices] = useState<Readonly<Record<string, boolean>>>({});

  return (
    <section aria-labelledby="sessions-title">
      <h3 id="sessions-title">
        Sessions <span className="quiet">({sessions.length})</span>
      </h3>
      {sessions.length === 0 && (
        <p className="quiet">No sessions yet. A session appears when a user starts a verification.</p>
      )}
      <ol className="entries">
        {capped(sessions).map((session, index) => {
          const isOpen = choices[session.id] ?? index === 0;
          return (
            <li key={session.id}>
              <SessionEntry
                session={session}
                user={session.reference === null ? 'no user' : nameOf(session.reference)}
                isOpen={isOpen}
                onToggle={() => setChoices({ ...choices, [session.id]: !isOpen })}
                onFollow={() => onFollow(session)}
              />
            </li>
          );
        })}
      </ol>
      <Rest of={sessions} />
    </section>
  );
}

interface SessionEntryProps {
  session: ProviderSession;
  user: string;
  isOpen: boolean;
  onToggle: () => void;
  onFollow: () => void;
}

function SessionEntry({ session, user, isOpen, onToggle, onFollow }: SessionEntryProps) {
  const titleId = useId();
  const bodyId = useId();

  return (
    <article className="entry" aria-labelledby={titleId}>
      <div className="entry-line">
        <Timestamp at={session.createdAt} />
        <ProviderTag provider={session.provider} />
        <span className="state mono">{session.status}</span>
      </div>
      <h4 id={titleId}>
        <button
          type="button"
          className="session-toggle mono"
          aria-expanded={isOpen}
          aria-controls={bodyId}
          onClick={onToggle}
        >
          <Icon name="turn" />
          <span>{session.id}</span>
        </button>
      </h4>
      <p className="quiet session-user">{user}</p>
      <div id={bodyId} hidden={!isOpen}>
        {isOpen && (
          <>
            <div className="row">
              <button type="button" onClick={onFollow}>
                Follow
              </button>
              <a href={session.url} target="_blank" rel="noreferrer">
                Hosted page <Icon name="away" />
                <span className="visually-hidden">, opens in a new tab</span>
              </a>
            </div>
            <DecideControls session={session} />
            <DeliveryFaultControls session={session} />
          </>
        )}
      </div>
    </article>
  );
}
