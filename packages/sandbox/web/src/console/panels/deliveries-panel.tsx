import { useId } from 'react';
import { factsOf } from '../../providers.ts';
import { redeliveries } from '../actions/actions.ts';
import { sentAt } from '../data/filter.ts';
import type { DeliveryAttempt, DeliveryRecord } from '../data/sandbox.ts';
import { ActionButton, AsCurl, CopyButton, Fold } from '../parts/controls.tsx';
import { capped, Panel, Rest } from '../parts/panel.tsx';
import { HttpStatus, Icon, ProviderTag, shorten, Timestamp } from '../parts/values.tsx';
import type { IconName } from '../parts/values.tsx';

export function DeliveriesPanel({ deliveries }: { deliveries: readonly DeliveryRecord[] }) {
  return (
    <Panel id="webhooks" title="Provider → gateway" aside={deliveries.length}>
      {deliveries.length === 0 && (
        <p className="quiet">No webhooks yet. Decide a session, and its provider sends one.</p>
      )}
      <ol className="entries">
        {capped(deliveries).map((delivery) => (
          <li key={delivery.id}>
            <DeliveryEntry delivery={delivery} />
          </li>
        ))}
      </ol>
      <Rest of={deliveries} />
    </Panel>
  );
}

function DeliveryEntry({ delivery }: { delivery: DeliveryRecord }) {
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

const STATES: Readonly<Record<DeliveryRecord['state'], { icon: IconName; label: string; tone: string }>> = {
  pending: { icon: 'clock', label: 'pending', tone: 'warn' },
  accepted: { icon: 'check', label: 'accepted', tone: 'good' },
  given_up: { icon: 'cross', label: 'not accepted', tone: 'bad' },
};

function DeliveryState({ state }: { state: DeliveryRecord['state'] }) {
  const { icon, label, tone } = STATES[state];
  return (
    <span className={`state tone-${tone}`}>
      <Icon name={icon} />
      {label}
    </span>
  );
}

function Signature({ delivery }: { delivery: DeliveryRecord }) {
  const header = factsOf(delivery.provider).signatureHeader;
  // The sandbox signs a delivery when it sends the first attempt.
  const value = delivery.headers[header] ?? null;
  return (
    <p className="signature mono">
      <span className="quiet">{header}:</span>{' '}
      {value === null ? (
        <span className="quiet">signed when it is sent</span>
      ) : (
        <>
          <span title={value}>{shorten(value)}</span>{' '}
          <CopyButton what={`the ${header} header`} text={value} />
        </>
      )}
    </p>
  );
}

function Attempts({ attempts }: { attempts: readonly DeliveryAttempt[] }) {
  if (attempts.length === 0) return null;
  return (
    <ol className="attempts" aria-label="Attempts">
      {attempts.map(({ at, status, error }, index) => (
        <li key={`${index} ${at}`}>
          <Timestamp at={at} /> <span className="quiet">attempt {index + 1}:</span>{' '}
          <HttpStatus status={status} />
          {error !== undefined && <span className="quiet"> {error}</span>}
        </li>
      ))}
    </ol>
  );
}

/** Shows the body indented. The button copies the exact bytes that the signature covers. */
function DeliveryBody({ body }: { body: string }) {
  return (
    <>
      <p className="quiet">
        Indented for reading. The signature covers the body as sent{' '}
        <CopyButton what="the body as sent" text={body} />
      </p>
      <pre role="group" aria-label="Body" tabIndex={0}>
        {pretty(body)}
      </pre>
    </>
  );
}

function pretty(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
