import type { NewSession } from './requests.ts';

/** Veriff's words for a session that was decided on or that ended. */
export type VeriffVerdict =
  'approved' | 'declined' | 'resubmission_requested' | 'review' | 'expired' | 'abandoned';

export interface VeriffSession extends NewSession {
  readonly id: string;
  readonly sessionToken: string;
  readonly createdAt: Date;
  /** Changes with every resubmission. */
  attemptId: string;
  status: 'created' | 'started' | 'submitted' | VeriffVerdict;
  /** The last decision, as the decision endpoint answers it. */
  decision: Buffer | null;
  deletedAt: Date | null;
}
