import { useState } from 'react';
import type { SampleUser } from '../api/sandbox.ts';
import { Avatar, PageHeading } from './layout.tsx';
import { type Session, useGateway } from './session/use-session.ts';
import { VerificationCard } from './verification/verification-card.tsx';

interface SignInProps {
  users: readonly SampleUser[];
  takesFocus: boolean;
  onSignIn(user: SampleUser): Promise<void>;
}

export function SignIn({ users, takesFocus, onSignIn }: SignInProps) {
  const [hasFailed, setHasFailed] = useState(false);

  return (
    <>
      <PageHeading takesFocus={takesFocus}>Sign in</PageHeading>
      <p className="lead">This is a demo: choose who you are. No password is needed.</p>
      <div role="alert">
        {hasFailed && (
          <p className="note note-bad">Sign-in failed. Check that the sandbox is running, then try again.</p>
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

interface ProfileProps {
  gatewayUrl: string;
  session: Session;
  takesFocus: boolean;
  /** The provider has sent the user back to this page. */
  hasReturned: boolean;
}

export function Profile({ gatewayUrl, session, takesFocus, hasReturned }: ProfileProps) {
  const gateway = useGateway(gatewayUrl, session);
  const { user } = session;
  return (
    <>
      <PageHeading takesFocus={takesFocus}>Your profile</PageHeading>
      <section className="card person" aria-labelledby="person-title">
        <Avatar name={user.name} />
        <div>
          <h2 id="person-title">{user.name}</h2>
          <p>{user.email}</p>
        </div>
      </section>
      <VerificationCard gateway={gateway} hasReturned={hasReturned} />
    </>
  );
}
