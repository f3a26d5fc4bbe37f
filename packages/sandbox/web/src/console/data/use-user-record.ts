import { useEffect, useState } from 'react';
import { call, inWords } from './http.ts';
import type { UserRecord } from './sandbox.ts';

/** The gateway commits after the provider has answered, so the change that we hear of comes before its row. */
const SECOND_LOOK_MS = 1500;

interface Found {
  userId: string;
  record: UserRecord | null;
  problem: string | null;
}

/** What the gateway's database holds of a user, read whenever `version` moves; null until it is known. */
export function useUserRecord(userId: string | null, version: number): Omit<Found, 'userId'> | null {
  const [found, setFound] = useState<Found | null>(null);

  useEffect(() => {
    if (userId === null) return undefined;
    const leaving = new AbortController();
    const read = () => readRecord(userId, leaving.signal).then(setFound, () => undefined);
    void read();
    const secondLook = setTimeout(() => void read(), SECOND_LOOK_MS);
    return () => {
      leaving.abort();
      clearTimeout(secondLook);
    };
  }, [userId, version]);

  return found?.userId === userId ? found : null;
}

/** Rejects only when it was left. */
async function readRecord(userId: string, signal: AbortSignal): Promise<Found> {
  try {
    const answer = await call(`/sandbox/users/${encodeURIComponent(userId)}/record`, { signal });
    return { userId, record: answer as UserRecord, problem: null };
  } catch (error) {
    if (signal.aborted) throw error;
    return { userId, record: null, problem: inWords(error) };
  }
}
