import { useState } from 'react';
import { declineReasons, resubmissionReasons } from '../actions/reasons.ts';
import { decide } from '../actions/session-actions.ts';
import type { ProviderSession } from '../data/sessions.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { AsCurl } from '../parts/as-curl.tsx';
import { ReasonedAction } from './reasoned-action.tsx';

const PLAIN = ['approve', 'review', 'expire', 'abandon'] as const;

export function DecideControls({ session }: { session: ProviderSession }) {
  const [declineReason, setDeclineReason] = useState('');
  const [resubmissionReason, setResubmissionReason] = useState('');

  const plain = PLAIN.map((outcome) => decide(session, { outcome }));
  const decline = decide(session, { outcome: 'decline', ...given(declineReason) });
  // Only Veriff asks for another try within a session.
  const resubmit =
    session.provider === 'veriff'
      ? decide(session, { outcome: 'resubmit', ...given(resubmissionReason) })
      : null;

  return (
    <div role="group" aria-label="Decide" className="control-group">
      <div className="row">
        {plain.map((action) => (
          <ActionButton key={action.label} action={action}>
            {action.label}
          </ActionButton>
        ))}
      </div>
      <ReasonedAction
        action={decline}
        reasons={declineReasons(session.provider)}
        reason={declineReason}
        onReason={setDeclineReason}
      />
      {resubmit !== null && (
        <ReasonedAction
          action={resubmit}
          reasons={resubmissionReasons()}
          reason={resubmissionReason}
          onReason={setResubmissionReason}
        />
      )}
      {session.provider === 'onfido' && <p className="quiet">Onfido sends no webhook when a run expires.</p>}
      <AsCurl actions={[...plain, decline, ...(resubmit === null ? [] : [resubmit])]} />
    </div>
  );
}

const given = (reason: string): { reason?: string } => (reason === '' ? {} : { reason });
