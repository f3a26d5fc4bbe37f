import type { ErasableSession, Erasure } from '../kyc-provider.ts';
import { ProviderUnavailableError } from '../provider-errors.ts';
import type { Erasable, PersonaApi } from './persona.api.ts';
import { PERSONA } from './persona.mapping.ts';

/** Persona documents that related data is redacted after "some time", without a number. */
const ERASED: Erasure = { finalAt: null, hasKeptSharedData: false };

/**
 * Redacts the account that Persona created with the inquiry. Persona copies the data of a verified user into the
 * account. Redacting the account covers all inquiries of the user. Redacting an inquiry leaves its account as it is.
 *
 * Redacts the inquiry alone in these cases:
 * - The inquiry has no account.
 * - The account was redacted before: it has no reference id, or Persona responds with a conflict.
 * - The account has another reference id, because staff merged accounts in the dashboard. It may hold data of other
 *   users, so it is kept.
 * - The user has a newer inquiry, which needs the account.
 */
export async function eraseInquiry(
  api: PersonaApi,
  { sessionId, keepsSharedData }: ErasableSession,
  signal: AbortSignal,
): Promise<Erasure> {
  const inquiry = await api.findInquiryForErasure(sessionId, signal);
  if (inquiry === null) return ERASED;

  const account = await findOwnAccount(api, inquiry, signal);
  if (account !== null && !keepsSharedData) {
    // Redacts the account even if it was redacted before, because a later inquiry can fill it again. Persona may
    // reject the second redaction forever.
    const result = await api.redactAccount(account.id, signal);
    if (result === 'redacted' || !account.isRedacted) return requireRedacted(result);
  }
  const erased = inquiry.isRedacted ? ERASED : requireRedacted(await api.redactInquiry(sessionId, signal));
  return { ...erased, hasKeptSharedData: account !== null && keepsSharedData };
}

async function findOwnAccount(
  api: PersonaApi,
  { accountId, referenceId }: Erasable,
  signal: AbortSignal,
): Promise<{ id: string; isRedacted: boolean } | null> {
  if (accountId === null || referenceId === null) return null;
  const account = await api.findAccountById(accountId, signal);
  return account?.referenceId === referenceId ? { id: accountId, isRedacted: account.isRedacted } : null;
}

/**
 * A conflict means that the object was redacted or changed after the read. The next try can tell the two cases apart.
 */
function requireRedacted(result: 'redacted' | 'conflict'): Erasure {
  if (result === 'redacted') return ERASED;
  const options = { status: 409 };
  throw new ProviderUnavailableError(PERSONA, 'redacting: responded 409, changed after it was read', options);
}
