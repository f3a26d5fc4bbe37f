import type { KycStatus } from '../../api/gateway.ts';
import { pick } from './pick.ts';

export type Tone = 'neutral' | 'waiting' | 'good' | 'bad';

export interface StatusWords {
  title: string;
  tone: Tone;
}

/** Exhaustive by its type: a status that is added to the gateway's document does not compile without words. */
export const STATUS_WORDS: Readonly<Record<KycStatus, StatusWords>> = {
  not_verified: { title: 'Not verified', tone: 'neutral' },
  pending: { title: 'Pending', tone: 'waiting' },
  verified: { title: 'Verified', tone: 'good' },
  rejected: { title: 'Rejected', tone: 'bad' },
};

const UNKNOWN: StatusWords = { title: 'Unknown', tone: 'neutral' };

export function statusWords(status: string): StatusWords {
  return pick(STATUS_WORDS, status, UNKNOWN);
}
