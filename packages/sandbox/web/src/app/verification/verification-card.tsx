import { useRef } from 'react';
import type { Gateway } from '../../api/gateway.ts';
import type { Problem } from '../../api/problem.ts';
import { useVerificationStatus } from '../status/use-verification-status.ts';
import {
  Announcer,
  ConnectionIndicator,
  ProblemNote,
  ReasonNote,
  StatusFacts,
  StatusSummary,
} from './status-view.tsx';
import { VerificationAction } from './verification-action.tsx';

interface VerificationCardProps {
  gateway: Gateway;
  hasReturned: boolean;
}

export function VerificationCard({ gateway, hasReturned }: VerificationCardProps) {
  const { status, connection, problem, refresh } = useVerificationStatus(gateway, hasReturned);
  const summary = useRef<HTMLParagraphElement>(null);
  const isReadFailing = problem !== null && (status === null || !isTemporary(problem));

  return (
    <section className="card" aria-labelledby="verification-title" aria-busy={status === null}>
      <header className="card-header">
        <h2 id="verification-title">Identity verification</h2>
        <ConnectionIndicator connection={connection} />
      </header>
      <Announcer status={status} />
      {status === null && problem === null && <p className="placeholder">Loading your status…</p>}
      {isReadFailing && <ProblemNote problem={problem} />}
      {status !== null && (
        <>
          <StatusSummary status={status} ref={summary} />
          <ReasonNote status={status} />
          <VerificationAction
            gateway={gateway}
            action={status.next_action}
            focusFallback={summary}
            onChange={() => refresh()}
            onReturn={() => refresh(true)}
          />
          <StatusFacts status={status} />
        </>
      )}
    </section>
  );
}

/** These problems end without the user's help. If a status is shown, the connection indicator is enough. */
function isTemporary({ status, retryAfterSeconds }: Problem): boolean {
  return status === 0 || retryAfterSeconds !== null;
}
