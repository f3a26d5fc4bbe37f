import type { Erasure } from '../kyc-provider.ts';
import {
  ProviderRefusedError,
  ProviderUnavailableError,
  SessionNotResumableError,
} from '../provider-errors.ts';
import type { VeriffApi } from './veriff.api.ts';

/** Documented: the session is gone from portal and API at once, the data within 12 hours. */
const DESTROYED_WITHIN_MS = 12 * 60 * 60 * 1000;
const UNDER_WAY_RETRY_SECONDS = 600;

/**
 * Deletes the session. Veriff refuses that with 400 while it is at work on it (submitted, in review), and with 404 for
 * a session that is gone, but what it answers where deleting is not switched on is not documented: no 404 is taken for
 * an erasure while the session can still be read.
 */
export async function eraseSession(api: VeriffApi, sessionId: string, signal: AbortSignal): Promise<Erasure> {
  const deletion = await api.deleteSession(sessionId, signal);
  if (deletion.refusedWith === null) {
    return { finalAt: deletion.at && new Date(deletion.at.getTime() + DESTROYED_WITHIN_MS) };
  }
  const status = deletion.refusedWith;
  if (!(await isThere(api, sessionId, signal))) return { finalAt: null };
  if (status === 404) {
    throw new ProviderRefusedError('veriff', 'DELETE session: answered 404, yet the session is there', {
      status,
    });
  }
  throw new ProviderUnavailableError('veriff', 'DELETE session: answered 400, still under way', {
    status,
    retryAfterSeconds: UNDER_WAY_RETRY_SECONDS,
  });
}

async function isThere(api: VeriffApi, sessionId: string, signal: AbortSignal): Promise<boolean> {
  try {
    await api.readDecision(sessionId, signal, [404]);
    return true;
  } catch (error) {
    if (error instanceof SessionNotResumableError) return false;
    throw error;
  }
}
