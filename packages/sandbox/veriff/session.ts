import type { NewSession } from './requests.ts';

/** Veriff's statuses of a session that was decided or that ended. */
export type VeriffVerdict =
  'approved' | 'declined' | 'resubmission_requested' | 'review' | 'expired' | 'abandoned';

export interface VeriffSession extends NewSession {
  readonly id: string;
  readonly sessionToken: string;
  readonly createdAt: Date;
  /** Changes with every resubmission. */
  attemptId: string;
  status: 'created' | 'started' | 'submitted' | VeriffVerdict;
  /** The last decision, as the decision endpoint returns it. */
  decision: Buffer | null;
  deletedAt: Date | null;
}
