import { useId } from 'react';
import { redeliveries } from '../actions/delivery-actions.ts';
import { sentAt } from '../data/filter.ts';
import type { DeliveryRecord } from '../data/sandbox.ts';
import { ActionButton } from '../parts/action-button.tsx';
import { AsCurl } from '../parts/as-curl.tsx';
import { Fold } from '../parts/fold.tsx';
import { ProviderTag } from '../parts/provider-tag.tsx';
import { Timestamp } from '../parts/timestamp.tsx';
import { Attempts } from './attempts.tsx';
import { DeliveryBody } from './delivery-body.tsx';
import { DeliveryState } from './delivery-state.tsx';
import { Signature } from './signature.tsx';

export function DeliveryEntry({ delivery }: { delivery: DeliveryRecord }) {
  const titleId = useId();
  const actions = redeliveries(delivery);
  const at = sentAt(delivery);

  return (
    <article className="entry" aria-labelledby={titleId}>
      <div className="entry-line">
        {at === null ? <span className="time">not sent yet</span> : <Timestamp at={at} />}
        <ProviderTag provider={delivery.provider} />
        <h3 id={titleId} className="mono">
          {delivery.type}
        </h3>
        <DeliveryState state={delivery.state} />
      </div>
      <p className="mono quiet">{delivery.sessionId ?? 'no session'}</p>
      <Signature delivery={delivery} />
      <Attempts attempts={delivery.attempts} />
      <div className="row" role="group" aria-label="Send again">
        {actions.map((action) => (
          <ActionButton key={action.label} action={action}>
            {action.label}
          </ActionButton>
        ))}
      </div>
      <div className="folds">
        <Fold summary="Body">
          <DeliveryBody body={delivery.body} />
        </Fold>
        <AsCurl actions={actions} />
      </div>
    </article>
  );
}
