import type { VerificationStatus } from '../../api/gateway.ts';
import { reasonWords } from '../words/reason-words.ts';

/** Why the user was rejected; or, while the verification goes on, what the provider wants to see again. */
export function ReasonNote({ status }: { status: VerificationStatus }) {
  const { kyc_rejection_reason: reason, kyc_status } = status;
  if (reason === null) return null;
  return (
    <div className="note">
      <h3>{kyc_status === 'pending' ? 'Please send this again' : 'Why it was not accepted'}</h3>
      <p>{reasonWords(reason)}</p>
    </div>
  );
}
