import { useState } from 'react';
import { announcedBy } from '../actions/outcomes.ts';
import { decideElsewhere, reorder } from '../actions/session-actions.ts';
import type { Outcome } from '../data/sandbox.ts';
import type { ProviderSession } from '../data/sessions.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { AsCurl } from '../parts/as-curl.tsx';
import { Choice } from '../parts/choice.tsx';

/** What a provider does on a bad day: webhooks out of order, and those of another environment. */
export function TrickControls({ session }: { session: ProviderSession }) {
  const [first, setFirst] = useState<Outcome>('review');
  const [second, setSecond] = useState<Outcome>('approve');
  const [elsewhere, setElsewhere] = useState<Outcome>('approve');
  const outcomes = announcedBy(session.provider);
  const reordered = reorder(session, [first, second]);
  const foreign = decideElsewhere(session, elsewhere);

  return (
    <div role="group" aria-label="Out of the ordinary" className="control-group tricks">
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
          value={elsewhere}
          onChoose={setElsewhere}
        />
        <ActionButton action={foreign}>Send as another environment</ActionButton>
      </div>
      <AsCurl actions={[reordered, foreign]} />
    </div>
  );
}
