import { useState } from 'react';
import type { SampleUser } from '../../api/sandbox.ts';
import { Avatar } from './avatar.tsx';
import { PageHeading } from './page-heading.tsx';

interface Props {
  users: readonly SampleUser[];
  takesFocus: boolean;
  onSignIn(user: SampleUser): Promise<void>;
}

export function SignIn({ users, takesFocus, onSignIn }: Props) {
  const [hasFailed, setHasFailed] = useState(false);

  return (
    <>
      <PageHeading takesFocus={takesFocus}>Sign in</PageHeading>
      <p className="lead">This is a demo: choose who you are. No password is needed.</p>
      <div role="alert">
        {hasFailed && (
          <p className="note note-bad">Signing in did not work. Is the sandbox still running? Try again.</p>
        )}
      </div>
      <ul className="user-list">
        {users.map((user) => (
          <li key={user.id}>
            <button
              type="button"
              onClick={() => {
                setHasFailed(false);
                onSignIn(user).catch(() => setHasFailed(true));
              }}
            >
              <Avatar name={user.name} />
              <span>
                <span className="user-name">{user.name}</span>
                <span className="user-email">{user.email}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
