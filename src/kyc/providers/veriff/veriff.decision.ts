import { VERDICTS, type Outcome } from '../../domain/outcome.ts';
import type { KycEvent } from '../kyc-provider.ts';
import { outcomeOfStatus, publicReasonOf } from './veriff.outcomes.ts';
import type { Verification } from './veriff.schemas.ts';

/** What an event says, apart from where it came from. */
export type Statement = Pick<KycEvent, 'sessionId' | 'reference' | 'outcome' | 'reason' | 'occurredAt'>;

/** The decision object, which is the same in the webhook and in the answer to a poll. */
export function readVerification(verification: Verification): Statement {
  const outcome = outcomeOfStatus(verification.status);
  return {
    sessionId: verification.id,
    reference: verification.vendorData ?? null,
    outcome,
    reason: publicReasonOf(outcome, verification.reasonCode),
    occurredAt: timeOf(verification, outcome),
  };
}

/** Of a verdict that lacks its decision's time, the session's own time is still an honest "not before". */
function timeOf({ decisionTime, acceptanceTime }: Verification, outcome: Outcome): Date | null {
  const isVerdict = (VERDICTS as readonly Outcome[]).includes(outcome);
  const time = decisionTime ?? (isVerdict ? acceptanceTime : null);
  return time ? new Date(time) : null;
}
