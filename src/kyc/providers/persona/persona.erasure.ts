import type { Erasure } from '../kyc-provider.ts';
import { ProviderUnavailableError } from '../provider-errors.ts';
import type { PersonaApi } from './persona.api.ts';

/** What hangs on an inquiry or an account follows after "some time", says the documentation, and not when. */
const ERASED: Erasure = { finalAt: null };

/**
 * Redacts the account that was made along with the inquiry. Persona copies a verified person's data there, and its
 * redaction covers this and all other inquiries of the user; the inquiry's own would leave the account as it is.
 *
 * The inquiry alone is redacted where there is no such account: none at all, one that was redacted before (it has
 * lost its reference id, or refuses), or one under another reference id (somebody merged accounts in the dashboard),
 * which is not this user's alone and stays.
 */
export async function eraseInquiry(
  api: PersonaApi,
  inquiryId: string,
  signal: AbortSignal,
): Promise<Erasure> {
  const inquiry = await api.findErasable(inquiryId, signal);
  if (inquiry === null) return ERASED;

  const { accountId, referenceId } = inquiry;
  if (accountId !== null && referenceId !== null) {
    const account = await api.findAccount(accountId, signal);
    if (account?.referenceId === referenceId) {
      const answer = await api.redactAccount(accountId, signal);
      // Redacted again even so, since an account can be filled again; it may refuse that for ever.
      if (answer === 'redacted' || !account.isRedacted) return confirmed(answer);
    }
  }
  return inquiry.isRedacted ? ERASED : confirmed(await api.redactInquiry(inquiryId, signal));
}

/** A conflict: redacted or changed by somebody else since we looked. Asked again, it is redacted or can be. */
function confirmed(answer: 'redacted' | 'conflict'): Erasure {
  if (answer === 'redacted') return ERASED;
  const options = { status: 409 };
  throw new ProviderUnavailableError('persona', 'redacting: answered 409, changed in between', options);
}
