import { useState } from 'react';
import type { Reason } from '../../../../provider/facts.ts';
import { factsOf } from '../../providers.ts';
import { announcedBy, decide, decideInOtherEnvironment, reorder } from '../actions/actions.ts';
import type { Action } from '../actions/actions.ts';
import type { Outcome, ProviderSession } from '../data/sandbox.ts';
import { ActionButton, AsCurl, Choice } from '../parts/controls.tsx';
import type { Option } from '../parts/controls.tsx';

/** An empty reason leaves the choice to the sandbox. */
const USUAL_REASON: Reason = { value: '', label: 'usual reason' };

const PLAIN = ['approve', 'review', 'expire', 'abandon'] as const;

export function DecideControls({ session }: { session: ProviderSession }) {
  const [declineReason, setDeclineReason] = useState('');
  const [resubmissionReason, setResubmissionReason] = useState('');
  const { title, announced, declineReasons, resubmissionReasons } = factsOf(session.provider);

  const plain = PLAIN.map((outcome) => decide(session, { outcome }));
  const decline = decide(session, { outcome: 'decline', ...given(declineReason) });
  const resubmit =
    resubmissionReasons.length > 0
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
        reasons={[USUAL_REASON, ...declineReasons]}
        reason={declineReason}
        onReason={setDeclineReason}
      />
      {resubmit !== null && (
        <ReasonedAction
          action={resubmit}
          reasons={[USUAL_REASON, ...resubmissionReasons]}
          reason={resubmissionReason}
          onReason={setResubmissionReason}
        />
      )}
      {!announced.includes('expire') && (
        <p className="quiet">{title} sends no webhook when a session expires.</p>
      )}
      <AsCurl actions={[...plain, decline, ...(resubmit === null ? [] : [resubmit])]} />
    </div>
  );
}

const given = (reason: string): { reason?: string } => (reason === '' ? {} : { reason });

interface ReasonedActionProps {
  action: Action;
  reasons: readonly Option<string>[];
  reason: string;
  onReason: (reason: string) => void;
}

function ReasonedAction({ action, reasons, reason, onReason }: ReasonedActionProps) {
  return (
    <div className="row">
      <ActionButton action={action}>{action.label}</ActionButton>
      <Choice
        label={`Reason to ${action.label.toLowerCase()}`}
        isLabelHidden
        options={reasons}
        value={reason}
        onChoose={onReason}
      />
    </div>
  );
}

/** Buttons that send webhooks out of order or from another environment. */
export function DeliveryFaultControls({ session }: { session: ProviderSession }) {
  const [first, setFirst] = useState<Outcome>('review');
  const [second, setSecond] = useState<Outcome>('approve');
  const [foreignOutcome, setForeignOutcome] = useState<Outcome>('approve');
  const outcomes = announcedBy(session.provider);
  const reordered = reorder(session, [first, second]);
  const foreign = decideInOtherEnvironment(session, foreignOutcome);

  return (
    <div role="group" aria-label="Unusual deliveries" className="control-group tricks">
      <div className="row">
        <Choice label="First" options={outcomes} value={first} onChoose={setFirst} />
        <Choice label="then" options={outcomes} value={second} onChoose={setSecond} />
        <ActionButton action={reordered}>Send out of order</ActionButton>
      </div>
      <div className="row">
        <Choice
          label="Outcome in another environment"
          isLabelHidden
          options={outcomes}
          value={foreignOutcome}
          onChoose={setForeignOutcome}
        />
        <ActionButton action={foreign}>Send as another environment</ActionButton>
      </div>
      <AsCurl actions={[reordered, foreign]} />
    </div>
  );
}
