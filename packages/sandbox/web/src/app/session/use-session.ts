import { useMemo, useState } from 'react';
import { createGateway, type Gateway } from '../../api/gateway.ts';
import { isSampleUser, issueToken, type SampleUser } from '../../api/sandbox.ts';
import { createTokenSource } from './token-source.ts';

interface SignedIn {
  session: Session | null;
  /** Rejects if no token can be issued. */
  signIn(user: SampleUser): Promise<void>;
  signOut(): void;
}

export function useSession(): SignedIn {
  const [session, setSession] = useState(() => loadSession(sessionStorage));
  return {
    session,
    async signIn(user) {
      const opened = { user, token: await issueToken(user) };
      saveSession(sessionStorage, opened);
      setSession(opened);
    },
    signOut() {
      forgetSession(sessionStorage);
      setSession(null);
    },
  };
}

/** Returns a gateway client for the user. A renewed token is stored for the next reload without a new render. */
export function useGateway(gatewayUrl: string, { user, token }: Session): Gateway {
  return useMemo(() => {
    const keep = (renewed: string) => saveSession(sessionStorage, { user, token: renewed });
    return createGateway(
      gatewayUrl,
      createTokenSource(token, () => issueToken(user), keep),
    );
  }, [gatewayUrl, user, token]);
}

export interface Session {
  user: SampleUser;
  token: string;
}

const KEY = 'demo.session';

/** The session belongs to one tab. It survives reloads and the visit to the provider. */
function loadSession(storage: Storage): Session | null {
  try {
    const stored: unknown = JSON.parse(storage.getItem(KEY) ?? 'null');
    return isSession(stored) ? stored : null;
  } catch {
    return null;
  }
}

function saveSession(storage: Storage, session: Session): void {
  storage.setItem(KEY, JSON.stringify(session));
}

function forgetSession(storage: Storage): void {
  storage.removeItem(KEY);
}

function isSession(stored: unknown): stored is Session {
  return (
    typeof stored === 'object' &&
    stored !== null &&
    'user' in stored &&
    isSampleUser(stored.user) &&
    'token' in stored &&
    typeof stored.token === 'string'
  );
}
