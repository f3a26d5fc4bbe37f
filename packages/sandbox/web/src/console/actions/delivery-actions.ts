import type { DeliveryRecord } from '../data/sandbox.ts';
import type { Action } from './action.ts';

/** The same event once more, in the ways that a gateway has to stand. */
export function redeliveries(delivery: DeliveryRecord): Action[] {
  const path = `/sandbox/${delivery.provider}/deliveries/${encodeURIComponent(delivery.id)}/redelivery`;
  const redelivery = (label: string, body: NonNullable<Action['body']>): Action => ({
    label,
    method: 'POST',
    path,
    body,
  });
  return [
    redelivery('Again', {}),
    redelivery('Twice', { copies: 2 }),
    redelivery('Late (5 s)', { delay_ms: 5000 }),
    redelivery('Bad signature', { bad_signature: true }),
  ];
}
