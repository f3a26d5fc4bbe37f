import type { NextAction, VerificationStatus } from '../../api/gateway.ts';
import { pick } from './pick.ts';

export interface ActionWords {
  /** What the user does next, in a sentence. */
  sentence: string;
  /** The button that does it; null where there is nothing to press. */
  button: string | null;
}

export const ACTION_WORDS: Readonly<Record<NextAction, ActionWords>> = {
  start: {
    sentence: 'Have an identity document and your phone or camera at hand. It takes about three minutes.',
    button: 'Verify my identity',
  },
  continue: {
    sentence: 'You have not finished yet. Carry on where you left off.',
    button: 'Continue verification',
  },
  wait: {
    sentence:
      'We have everything we need. There is nothing for you to do while your documents are being checked.',
    button: null,
  },
  retry: {
    sentence: 'You can try again. A new attempt starts from the beginning.',
    button: 'Try again',
  },
  contact_support: {
    sentence: 'You have no attempts left. Please contact our support team: they can help you further.',
    button: null,
  },
  none: {
    sentence: 'Your identity is confirmed. There is nothing left for you to do.',
    button: null,
  },
};

const UNKNOWN: ActionWords = {
  sentence: 'Please look again later, or contact our support team.',
  button: null,
};

export function actionWords(action: string): ActionWords {
  return pick(ACTION_WORDS, action, UNKNOWN);
}

/** A reason on the way says that something is asked for again, which is no matter of having stopped early. */
export function nextStep({ next_action, kyc_rejection_reason }: VerificationStatus): string {
  return next_action === 'continue' && kyc_rejection_reason !== null
    ? 'We need something from you once more before we can decide.'
    : actionWords(next_action).sentence;
}
