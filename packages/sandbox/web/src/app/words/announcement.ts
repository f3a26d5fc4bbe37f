import type { VerificationStatus } from '../../api/gateway.ts';
import { nextStep } from './action-words.ts';
import { reasonWords } from './reason-words.ts';
import { statusWords } from './status-words.ts';

/** A status as a screen reader is to say it, all in one. */
export function announcementOf(status: VerificationStatus): string {
  const { kyc_status, kyc_rejection_reason } = status;
  const reason = kyc_rejection_reason === null ? [] : [reasonWords(kyc_rejection_reason)];
  return [`Identity verification: ${statusWords(kyc_status).title}.`, ...reason, nextStep(status)].join(' ');
}
