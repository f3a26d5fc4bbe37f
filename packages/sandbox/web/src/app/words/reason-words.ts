import type { RejectionReason } from '../../api/gateway.ts';
import { pick } from './pick.ts';

/** `other` says nothing on purpose: the gateway keeps back what would help a fraudster. */
export const REASON_WORDS: Readonly<Record<RejectionReason, string>> = {
  document_unreadable:
    'Your document could not be read. Place it in good light, keep all four corners in the picture and avoid glare.',
  document_expired: 'Your document has expired. Please use one that is still valid.',
  document_unsupported:
    'This kind of document is not accepted. Please use a passport, an identity card or a driving licence.',
  selfie_problem:
    'Your selfie could not be matched. Look straight into the camera, in good light, without glasses or a hat.',
  underage: 'You are below the minimum age for this service.',
  attempts_exceeded: 'There were too many unsuccessful tries within one verification.',
  other: 'The verification was not successful. We cannot tell you more about the reason.',
};

export function reasonWords(reason: string): string {
  return pick(REASON_WORDS, reason, REASON_WORDS.other);
}
