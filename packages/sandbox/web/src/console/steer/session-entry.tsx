import { useId } from 'react';
import type { ProviderSession } from '../data/sessions.ts';
import { Icon } from '../parts/icon.tsx';
import { ProviderTag } from '../parts/provider-tag.tsx';
import { Timestamp } from '../parts/timestamp.tsx';
import { DecideControls } from './decide-controls.tsx';
import { TrickControls } from './trick-controls.tsx';

interface SessionEntryProps {
  session: ProviderSession;
  user: string;
  isOpen: boolean;
  onToggle: () => void;
  onFollow: () => void;
}

export function SessionEntry({ session, user, isOpen, onToggle, onFollow }: SessionEntryProps) {
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
            <TrickControls session={session} />
          </>
        )}
      </div>
    </article>
  );
}
