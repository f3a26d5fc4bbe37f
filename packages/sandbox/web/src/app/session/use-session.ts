import { useMemo, useState } from 'react';
import { createGateway, type Gateway } from '../../api/gateway.ts';
import { issueToken, type SampleUser } from '../../api/sandbox.ts';
import { forgetSession, loadSession, saveSession, type Session } from './session-store.ts';
import { createTokenSource } from './token-source.ts';

export interface SignedIn {
  session: Session | null;
  /** Rejects when no token is to be had. */
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

/** The gateway in the name of the user. A renewed token is kept for the next reload; it changes nothing on the page. */
export function useGateway(gatewayUrl: string, { user, token }: Session): Gateway {
  return useMemo(() => {
    const keep = (renewed: string) => saveSession(sessionStorage, { user, token: renewed });
    return createGateway(
      gatewayUrl,
      createTokenSource(token, () => issueToken(user), keep),
    );
  }, [gatewayUrl, user, token]);
}
