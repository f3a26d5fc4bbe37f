import type { Erasure } from '../kyc-provider.ts';
import { ProviderUnavailableError } from '../provider-errors.ts';
import type { PersonaApi } from './persona.api.ts';
import { PERSONA } from './persona.mapping.ts';

/** Persona documents that related data is redacted after "some time", without a number. */
const ERASED: Erasure = { finalAt: null };

/**
 * Redacts the account that Persona created with the inquiry. Persona copies the data of a verified user into the
 * account. Redacting the account covers all inquiries of the user. Redacting an inquiry leaves its account as it is.
 *
 * Redacts the inquiry alone in these cases:
 * - The inquiry has no account.
 * - The account was redacted before: it has no reference id, or Persona responds with a conflict.
 * - The account has another reference id, because staff merged accounts in the dashboard. It may hold data of other
 *   users, so it is kept.
 */
export async function eraseInquiry(
  api: PersonaApi,
  inquiryId: string,
  signal: AbortSignal,
): Promise<Erasure> {
  const inquiry = await api.findInquiryForErasure(inquiryId, signal);
  if (inquiry === null) return ERASED;

  const { accountId, referenceId } = inquiry;
  if (accountId !== null && referenceId !== null) {
    const account = await api.findAccountById(accountId, signal);
    if (account?.referenceId === referenceId) {
      // Redacts the account even if it was redacted before, because a later inquiry can fill it again. Persona may
      // reject the second redaction forever.
      const result = await api.redactAccount(accountId, signal);
      if (result === 'redacted' || !account.isRedacted) return requireRedacted(result);
    }
  }
  return inquiry.isRedacted ? ERASED : requireRedacted(await api.redactInquiry(inquiryId, signal));
}

/**
 * A conflict means that the object was redacted or changed after the read. The next try can tell the two cases apart.
 */
function requireRedacted(result: 'redacted' | 'conflict'): Erasure {
  if (result === 'redacted') return ERASED;
  const options = { status: 409 };
  throw new ProviderUnavailableError(PERSONA, 'redacting: responded 409, changed after it was read', options);
}
