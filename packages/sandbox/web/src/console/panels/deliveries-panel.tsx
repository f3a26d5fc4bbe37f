import type { DeliveryRecord } from '../data/sandbox.ts';
import { capped, Rest } from '../parts/capped.tsx';
import { Panel } from '../parts/panel.tsx';
import { DeliveryEntry } from './delivery-entry.tsx';

export function DeliveriesPanel({ deliveries }: { deliveries: readonly DeliveryRecord[] }) {
  return (
    <Panel id="webhooks" title="Provider → gateway" aside={deliveries.length}>
      {deliveries.length === 0 && (
        <p className="quiet">No webhooks. Decide a session, and its provider sends one.</p>
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
