import { useEffect, useState } from 'react';
import { call, inWords } from './http.ts';
import type { UserRecord } from './sandbox.ts';

/** The gateway commits after the provider's response, so the sandbox reports a change before the row exists. */
const SECOND_READ_MS = 1500;

interface RecordResult {
  userId: string;
  record: UserRecord | null;
  problem: string | null;
}

/** Reads the user's rows in the gateway's database whenever `version` changes. Returns null until they are loaded. */
export function useUserRecord(userId: string | null, version: number): Omit<RecordResult, 'userId'> | null {
  const [found, setFound] = useState<RecordResult | null>(null);

  useEffect(() => {
    if (userId === null) return undefined;
    const leaving = new AbortController();
    const read = () => readRecord(userId, leaving.signal).then(setFound, () => undefined);
    void read();
    const secondRead = setTimeout(() => void read(), SECOND_READ_MS);
    return () => {
      leaving.abort();
      clearTimeout(secondRead);
    };
  }, [userId, version]);

  return found?.userId === userId ? found : null;
}

/** Rejects only after an abort. */
async function readRecord(userId: string, signal: AbortSignal): Promise<RecordResult> {
  try {
    const answer = await call(`/sandbox/users/${encodeURIComponent(userId)}/record`, { signal });
    return { userId, record: answer as UserRecord, problem: null };
  } catch (error) {
    if (signal.aborted) throw error;
    return { userId, record: null, problem: inWords(error) };
  }
}
