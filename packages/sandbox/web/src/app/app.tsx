import { useState } from 'react';
import { Profile } from './page/profile.tsx';
import { SignIn } from './page/sign-in.tsx';
import { SiteFooter } from './page/site-footer.tsx';
import { SiteHeader } from './page/site-header.tsx';
import { useSettings } from './page/use-settings.ts';
import { useSession } from './session/use-session.ts';

export function App() {
  const [read, readAgain] = useSettings();
  const { session, signIn, signOut } = useSession();
  // The first view leaves the focus where the browser has it.
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
        {read.state === 'failed' && <SandboxGone onRetry={readAgain} />}
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
            <Profile gatewayUrl={read.settings.gatewayUrl} session={session} takesFocus={hasMoved} />
          ))}
      </main>
      <SiteFooter />
    </div>
  );
}

function SandboxGone({ onRetry }: { onRetry(): void }) {
  return (
    <div className="card" role="alert">
      <h1>The demo is not there</h1>
      <p>Its server does not answer. Is it still running?</p>
      <button type="button" className="primary" onClick={onRetry}>
        Try again
      </button>
    </div>
  );
}
