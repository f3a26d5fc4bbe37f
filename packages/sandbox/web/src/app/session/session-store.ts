import { isSampleUser, type SampleUser } from '../../api/sandbox.ts';

export interface Session {
  user: SampleUser;
  token: string;
}

const KEY = 'demo.session';

/** Per tab, over reloads and over the way to the provider and back; gone with the tab. */
export function loadSession(storage: Storage): Session | null {
  try {
    const stored: unknown = JSON.parse(storage.getItem(KEY) ?? 'null');
    return isSession(stored) ? stored : null;
  } catch {
    return null;
  }
}

export function saveSession(storage: Storage, session: Session): void {
  storage.setItem(KEY, JSON.stringify(session));
}

export function forgetSession(storage: Storage): void {
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
