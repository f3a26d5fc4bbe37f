import { useState } from 'react';
import type { ProviderSession } from '../data/sessions.ts';
import { capped, Rest } from '../parts/capped.tsx';
import { SessionEntry } from './session-entry.tsx';

interface SessionListProps {
  sessions: readonly ProviderSession[];
  nameOf: (userId: string) => string;
  onFollow: (session: ProviderSession) => void;
}

/** The newest is open until somebody says otherwise. */
export function SessionList({ sessions, nameOf, onFollow }: SessionListProps) {
  const [choices, setChoices] = useState<Readonly<Record<string, boolean>>>({});

  return (
    <section aria-labelledby="sessions-title">
      <h3 id="sessions-title">
        Sessions <span className="quiet">({sessions.length})</span>
      </h3>
      {sessions.length === 0 && <p className="quiet">No sessions. A user starts one at the gateway.</p>}
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
