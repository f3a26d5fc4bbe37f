import { useEffect, useState } from 'react';
import { readSettings, type SandboxSettings } from '../api/sandbox.ts';
import { SiteFooter, SiteHeader } from './layout.tsx';
import { useSession } from './session/use-session.ts';
import { Profile, SignIn } from './views.tsx';

export function App({ hasReturned }: { hasReturned: boolean }) {
  const [read, readAgain] = useSettings();
  const { session, signIn, signOut } = useSession();
  // The first view leaves the focus where the browser put it. Later views move it to their heading.
  const [hasMoved, setHasMoved] = useState(false);

  return (
    <div className="page">
      <SiteHeader
        user={session?.user ?? null}
        onSignOut={() => {
          setHasMoved(true);
          signOut();
        }}
      />
      <main>
        {read.state === 'loading' && <p className="placeholder">Loading…</p>}
        {read.state === 'failed' && <SandboxUnreachable onRetry={readAgain} />}
        {read.state === 'ready' &&
          (session === null ? (
            <SignIn
              users={read.settings.users}
              takesFocus={hasMoved}
              onSignIn={async (user) => {
                await signIn(user);
                setHasMoved(true);
              }}
            />
          ) : (
            <Profile
              gatewayUrl={read.settings.gatewayUrl}
              session={session}
              takesFocus={hasMoved}
              hasReturned={hasReturned}
            />
          ))}
      </main>
      <SiteFooter />
    </div>
  );
}

function SandboxUnreachable({ onRetry }: { onRetry(): void }) {
  return (
    <div className="card" role="alert">
      <h1>The demo cannot be reached</h1>
      <p>Its server does not respond. Check that it is still running, then try again.</p>
      <button type="button" className="primary" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}

type Settings = { state: 'loading' } | { state: 'ready'; settings: SandboxSettings } | { state: 'failed' };

const LOADING: Settings = { state: 'loading' };

function useSettings(): [Settings, () => void] {
  const [read, setRead] = useState<Settings>(LOADING);
  const [round, setRound] = useState(0);

  useEffect(() => {
    let isCurrent = true;
    readSettings().then(
      (settings) => isCurrent && setRead({ state: 'ready', settings }),
      () => isCurrent && setRead({ state: 'failed' }),
    );
    return () => void (isCurrent = false);
  }, [round]);

  function readAgain(): void {
    setRead(LOADING);
    setRound(round + 1);
  }
  return [read, readAgain];
}
